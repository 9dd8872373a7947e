package ai.nexadesk.webhooks;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The operators' documentation")
class ConfigurationDocTest {

    private static final String NO_DEFAULT = "none";

    /** A table's row: the setting and its default in backticks (or "none"), then what it means. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `(nexadesk\\.[^`]+)` \\| (?:`([^`]+)`|(none)) \\| \\S.* \\|$", Pattern.MULTILINE);

    @Test
    @DisplayName("lists every setting, no other, each with its true default")
    void settings() throws IOException {
        var documented = ROW.matcher(read())
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> row.group(2) == null ? row.group(3) : row.group(2)));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(actual());
    }

    @Test
    @DisplayName("names settings in code or in the environment only where there are such settings")
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

    /** Every setting's name, with its default. */
    private static Map<String, String> actual() {
        var prefix = Settings.class.getAnnotation(ConfigMapping.class).prefix();
        return below(prefix, Settings.class)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
    }

    private static Stream<Map.Entry<String, String>> below(String prefix, Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .flatMap(method -> {
                    var name = prefix + '.' + dashed(method.getName());
                    return method.getReturnType().isInterface()
                                    && method.getReturnType().getEnclosingClass() == Settings.class
                            ? below(name, method.getReturnType())
                            : Stream.of(Map.entry(name, defaultOf(method)));
                });
    }

    private static String defaultOf(Method method) {
        var annotation = method.getAnnotation(WithDefault.class);
        return annotation == null ? NO_DEFAULT : annotation.value();
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String variable(String setting) {
        return setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }
}
