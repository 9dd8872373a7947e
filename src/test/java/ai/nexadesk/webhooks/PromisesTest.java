package ai.nexadesk.webhooks;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The table of promises")
class PromisesTest {

    private static final Path TABLE = Path.of("src/docs/promises.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    @DisplayName("has a test for every promise, and names only tests that exist")
    void namesTests() throws IOException {
        var sources = sources();
        var promises = Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Promise"))
                .toList();
        assertThat(promises).isNotEmpty().allSatisfy(promise -> {
            var named = NAMED.matcher(promise).results().toList();
            assertThat(named).isNotEmpty().allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                    .as("%s.%s", test.group(1), test.group(2))
                    .contains(" void " + test.group(2) + "("));
        });
    }

    private static Map<String, String> sources() throws IOException {
        try (var files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            PromisesTest::read,
                            (one, other) -> one + other));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
