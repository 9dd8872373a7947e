package ai.nexadesk.webhooks;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The tables of promises, attacks, faults and receivers")
class PromisesTest {

    private static final Path DOCS = Path.of("src/docs");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

    @ParameterizedTest
    @CsvSource({
        "promises.md, | Promise |",
        "security.md, | Attack |",
        "security.md, | Fault |",
        "security.md, | Receiver |"
    })
    @DisplayName("name a test or a benchmark run in every row, and only tests that exist")
    void namesTests(String document, String head) throws IOException {
        var sources = sources();
        var promises = Files.readAllLines(DOCS.resolve(document)).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("| "))
                .toList();
        assertThat(promises).isNotEmpty().allSatisfy(promise -> {
            var named = NAMED.matcher(promise).results().toList();
            assertThat(!named.isEmpty() || promise.contains("`bench "))
                    .as(promise)
                    .isTrue();
            assertThat(named).allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
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
