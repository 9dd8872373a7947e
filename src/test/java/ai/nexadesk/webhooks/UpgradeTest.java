package ai.nexadesk.webhooks;

import io.quarkus.test.junit.QuarkusTest;
import org.assertj.core.api.SoftAssertions;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * While an upgrade rolls, replicas of the released version run on the schema of the new one. When a version is released, its
 * last migration is entered here, and what it asks of the database replaces the statements: run its tests with PostgreSQL's
 * {@code log_statement} on, and take every statement of the application once.
 */
@QuarkusTest
@DisplayName("A replica of the released version, on the schema of this one,")
class UpgradeTest {

    private static final String RELEASED = "1";
    private static final Path STATEMENTS = Path.of("src/test/resources/released-statements.sql");

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private static final String COLUMNS = """
            select table_name || '.' || column_name, udt_name,
                is_nullable = 'YES' or column_default is not null or is_generated = 'ALWAYS'
            from information_schema.columns where table_schema = ?
            """;

    @Inject
    DataSource dataSource;

    /** What an older replica has to know of a column. */
    private record Column(String type, boolean mayBeLeftOut) {}

    @BeforeEach
    void released() {
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("released")
                .target(RELEASED)
                .load()
                .migrate();
    }

    @Test
    @DisplayName("finds every column as it was, and may leave out those that are new")
    void columns() throws SQLException {
        var before = columns("released");
        var now = columns("public");
        assertThat(before).hasSizeGreaterThan(80);
        var softly = new SoftAssertions();
        before.forEach((name, column) -> {
            softly.assertThat(now).containsKey(name);
            if (now.containsKey(name)) {
                softly.assertThat(now.get(name).type).as(name).isEqualTo(column.type);
                softly.assertThat(now.get(name).mayBeLeftOut || !column.mayBeLeftOut)
                        .as(name + " may still be left out")
                        .isTrue();
            }
        });
        now.forEach((name, column) -> {
            boolean isOfOldTable =
                    before.keySet().stream().anyMatch(old -> table(old).equals(table(name)));
            if (isOfOldTable && !before.containsKey(name)) {
                softly.assertThat(column.mayBeLeftOut)
                        .as(name + ", which is new, may be left out")
                        .isTrue();
            }
        });
        softly.assertAll();
    }

    private static String table(String column) {
        return column.substring(0, column.indexOf('.'));
    }

    @Test
    @DisplayName("can ask all that it asks")
    void statements() throws IOException, SQLException {
        var statements = Arrays.stream(Files.readString(STATEMENTS).split(";\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
        assertThat(statements).hasSizeGreaterThan(40);
        var refused = new TreeMap<String, String>();
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            for (var text : statements) {
                try {
                    plan(text, statement);
                } catch (SQLException e) {
                    refused.put(text, String.valueOf(e.getMessage()));
                }
            }
        }
        assertThat(refused).isEmpty();
    }

    private static void plan(String text, Statement statement) throws SQLException {
        int parameters = PARAMETER
                .matcher(text)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
        statement.execute("set plan_cache_mode = force_generic_plan");
        statement.execute("prepare released as " + text);
        try {
            var nothing = String.join(", ", Collections.nCopies(parameters, "null"));
            statement.execute("explain execute released" + (parameters == 0 ? "" : "(" + nothing + ")"));
        } finally {
            statement.execute("deallocate released");
            statement.execute("reset plan_cache_mode");
        }
    }

    private Map<String, Column> columns(String schema) throws SQLException {
        var columns = new TreeMap<String, Column>();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!table(rows.getString(1)).equals("flyway_schema_history")) {
                        columns.put(rows.getString(1), new Column(rows.getString(2), rows.getBoolean(3)));
                    }
                }
            }
        }
        return columns;
    }
}
