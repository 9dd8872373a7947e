package ai.nexadesk.webhooks.embedded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The operators' documentation")
class ConfigurationDocTest {

    private static final String NO_DEFAULT = "none";

    /** A row of the table: the setting, its default in backticks (or "none"), and its meaning. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `(nexadesk\\.[^`]+)` \\| (?:`([^`]+)`|(none)) \\| \\S.* \\|$", Pattern.MULTILINE);

    @Test
    @DisplayName("lists every setting with its actual default, and no others")
    void settings() throws IOException {
        var documented = ROW.matcher(read())
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> row.group(2) == null ? row.group(3) : row.group(2)));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(actual());
    }

    @Test
    @DisplayName("mentions no setting or environment variable that does not exist")
    void names() throws IOException {
        var settings = actual().keySet();
        var variables = settings.stream().map(ConfigurationDocTest::variable).collect(Collectors.toSet());
        var text = read();

        assertThat(Pattern.compile("\\bNEXADESK_[A-Z_]+").matcher(text).results())
                .extracting(found -> found.group())
                .isNotEmpty()
                .isSubsetOf(variables);
        assertThat(Pattern.compile("`(nexadesk\\.[a-z.-]+)").matcher(text).results())
                .extracting(found -> found.group(1))
                .isSubsetOf(settings);
    }

    private static String read() throws IOException {
        return Files.readString(Path.of("src/docs/configuration.md"));
    }

    /** The name and the default of every setting. */
    private static Map<String, String> actual() {
        return KnownSettings.names().stream()
                .collect(Collectors.toMap(
                        name -> name, name -> KnownSettings.defaultOf(name).orElse(NO_DEFAULT)));
    }

    private static String variable(String setting) {
        return setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }
}
