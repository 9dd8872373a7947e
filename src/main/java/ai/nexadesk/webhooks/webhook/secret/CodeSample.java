package ai.nexadesk.webhooks.webhook.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A receiver that verifies the documented signature, ready to be run.
 *
 * @param language what it is written in
 * @param file its name
 * @param code all of it
 */
public record CodeSample(String language, String file, String code) {

    /** One in each language. */
    public static final List<CodeSample> ALL = List.of(
            of("Node.js", "receiver.mjs"),
            of("Python", "receiver.py"),
            of("Java", "Receiver.java"),
            of("Go", "receiver.go"),
            of("PHP", "receiver.php"),
            of("Ruby", "receiver.rb"),
            of("C#", "Receiver.cs"));

    private static CodeSample of(String language, String file) {
        try (var content = CodeSample.class.getResourceAsStream("/samples/" + file)) {
            return new CodeSample(
                    language, file, new String(Objects.requireNonNull(content).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of its element on a page. */
    public String id() {
        return "sample-" + file.replace('.', '-');
    }
}
