package ai.nexadesk.webhooks.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Programs that the guides show; tests run them as they stand there. */
final class GuideSample {

    private GuideSample() {}

    /** The sample of this name. */
    static String read(String name) {
        return readFile(name + ".js");
    }

    /** The sample in this file. */
    static String readFile(String name) {
        try (var file = GuideSample.class.getResourceAsStream("/guides/" + name)) {
            if (file == null) {
                throw new IllegalArgumentException("There is no sample " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
