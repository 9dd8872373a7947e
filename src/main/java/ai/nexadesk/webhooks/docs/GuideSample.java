package ai.nexadesk.webhooks.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Programs in the guides. Tests run them exactly as shown. */
final class GuideSample {

    private GuideSample() {}

    /** The sample with this name. */
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
