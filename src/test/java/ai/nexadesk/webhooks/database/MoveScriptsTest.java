package ai.nexadesk.webhooks.database;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** A new table must be added to the scripts that move a workspace, or to one of these lists. */
@DisplayName("The scripts that move a workspace")
class MoveScriptsTest {

    /** Tables that do not belong to a workspace, are short-lived, or are deleted with a person. */
    private static final Set<String> NOT_OF_A_WORKSPACE = Set.of(
            "delivery_hour_mark",
            "idempotent_request",
            "openid_used",
            "replica",
            "request_window",
            "session",
            "sign_in_attempt");

    /** Tables that the other installation fills again. */
    private static final Set<String> DERIVED =
            Set.of("attempt_minute", "delivery_change", "delivery_hour", "webhook_health", "webhook_pace");

    @Test
    @DisplayName("write, store and remove every table that has rows of a workspace")
    void everyTable() throws IOException {
        var tables = new TreeSet<String>();
        try (var files = Files.list(Path.of("src/main/resources/db/migration"))) {
            for (var file : files.toList()) {
                tables.addAll(words(file, "(?m)^create (?:unlogged )?table (\\w+)"));
            }
        }
        tables.removeIf(table -> table.endsWith("_default"));
        tables.removeAll(NOT_OF_A_WORKSPACE);
        assertThat(words(script("end"), "(?m)^delete from (\\w+)")).isEqualTo(tables);

        tables.removeAll(DERIVED);
        assertThat(words(script("out"), "moved_(\\w+) from stdin")).isEqualTo(tables);
        var stored = words(script("in"), "'nexadesk.tables', ('[^,]+),").first().replaceAll("'\\s*'|'", "");
        assertThat(new TreeSet<>(List.of(stored.split(" ")))).isEqualTo(tables);
    }

    private static Path script(String name) {
        return Path.of("docker/move/move-" + name + ".sql");
    }

    private static TreeSet<String> words(Path file, String pattern) throws IOException {
        var words = new TreeSet<String>();
        Pattern.compile(pattern).matcher(Files.readString(file)).results().forEach(match -> words.add(match.group(1)));
        return words;
    }
}
