package ai.nexadesk.webhooks.docs;

import io.quarkus.arc.Unremovable;
import io.quarkus.qute.RawString;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/**
 * A receiver that verifies the documented signature, ready to run.
 *
 * @param language the programming language
 * @param file the file name
 * @param code the complete code
 * @param markup the code with marked comments, strings and keywords
 */
public record CodeSample(String language, String file, String code, RawString markup) {

    /** The samples, one in each language. */
    public static final List<CodeSample> ALL = List.of(
            of("Node.js", "receiver.mjs"),
            of("Python", "receiver.py"),
            of("Java", "Receiver.java"),
            of("Go", "receiver.go"),
            of("PHP", "receiver.php"),
            of("Ruby", "receiver.rb"),
            of("C#", "Receiver.cs"));

    /** Provides the samples as {@code cdi:samples} in templates. */
    @Named("samples")
    @Singleton
    @Unremovable
    public static class All {

        /** The samples, one in each language. */
        public List<CodeSample> getAll() {
            return ALL;
        }
    }

    private static CodeSample of(String language, String file) {
        try (var content = CodeSample.class.getResourceAsStream("/samples/" + file)) {
            var code = new String(Objects.requireNonNull(content).readAllBytes(), StandardCharsets.UTF_8);
            return new CodeSample(language, file, code, Highlighting.markup(code));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ID of its element on a page. */
    public String id() {
        return "sample-" + file.replace('.', '-');
    }
}
