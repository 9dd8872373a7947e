package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.assertj.core.api.SoftAssertions;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * During a rolling upgrade, replicas of the released version run on the schema of the new version. When a version is
 * released, enter its last migration here, and replace the released statements: run the tests of that version with
 * PostgreSQL's {@code log_statement} on, and copy each statement of the application once.
 */
@QuarkusTest
@DisplayName("A replica of the released version on the new schema")
class UpgradeTest {

    /** The end of the row of the replica that owns waiting deliveries. No other row ends like this. */
    private static final String WAITING_OWNER = ",infinity)";

    private static final String RELEASED = "1";
    private static final String BEFORE = "released";
    private static final String NOW = "now_released";
    private static final String UPGRADED = "upgraded";
    private static final Pattern DELETES = Pattern.compile("^delete|^with gone");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String COLUMNS = """
            select table_name || '.' || column_name, udt_name,
                is_nullable = 'YES' or column_default is not null or is_generated = 'ALWAYS'
            from information_schema.columns where table_schema = ?
            """;

    /** The unique indexes, checks and foreign keys of a table, each with its columns. */
    private static final String RULES = """
            select t.relname || ' ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', ''),
                array_agg(a.attname::text), true
            from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
                join pg_attribute a on a.attrelid = t.oid and a.attnum = any (i.indkey::int2[])
            where n.nspname = ? and i.indisunique and not t.relispartition group by t.relname, i.indexrelid
            union all
            select t.relname || ' ' || pg_get_constraintdef(c.oid), array_agg(a.attname::text), false
            from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
                join pg_attribute a on a.attrelid = t.oid and a.attnum = any (c.conkey)
            where n.nspname = ? and c.contype in ('c', 'f', 'x') and not t.relispartition group by t.relname, c.oid
            """;

    /** The properties of a column that an older replica depends on. */
    private record Column(String type, boolean mayBeLeftOut) {}

    /** A constraint of a table: either on rows that are equal in these columns, or on the values in them. */
    private record Rule(String table, Set<String> columns, boolean unique) {}

    @BeforeEach
    void migrate() {
        schema(BEFORE, RELEASED).migrate();
        schema(NOW, "latest").migrate();
    }

    /** Drops the schemas, because other tests check every table in the database. */
    @AfterEach
    void clean() {
        schema(BEFORE, RELEASED).clean();
        schema(NOW, "latest").clean();
        schema(UPGRADED, "latest").clean();
    }

    private static Flyway schema(String name, String version) {
        return Flyway.configure()
                .cleanDisabled(false)
                .dataSource(HostDatabase.source())
                .schemas(name)
                .target(version)
                .load();
    }

    @Test
    @DisplayName("finds every column unchanged, and may omit new ones")
    void columns() throws SQLException {
        var before = columns(BEFORE);
        var now = columns(NOW);
        assertThat(before).hasSizeGreaterThan(80);
        var softly = new SoftAssertions();
        before.forEach((name, column) -> {
            softly.assertThat(now).containsKey(name);
            if (now.containsKey(name)) {
                softly.assertThat(now.get(name).type).as(name).isEqualTo(column.type);
                softly.assertThat(now.get(name).mayBeLeftOut || !column.mayBeLeftOut)
                        .as(name + " may still be omitted")
                        .isTrue();
            }
        });
        now.forEach((name, column) -> {
            boolean isOfOldTable =
                    before.keySet().stream().anyMatch(old -> table(old).equals(table(name)));
            if (isOfOldTable && !before.containsKey(name)) {
                softly.assertThat(column.mayBeLeftOut)
                        .as(name + ", which is new, may be omitted")
                        .isTrue();
            }
        });
        softly.assertAll();
    }

    private static String table(String column) {
        return column.substring(0, column.indexOf('.'));
    }

    @Test
    @DisplayName("is not affected by constraints on data that it writes")
    void rules() throws SQLException {
        var before = rules(BEFORE);
        var columns = columns(BEFORE).keySet();
        var stricter = rules(NOW);
        stricter.keySet().removeAll(before.keySet());
        stricter.values()
                .removeIf(rule -> rule.columns.stream().anyMatch(name -> !columns.contains(rule.table + '.' + name))
                        || rule.unique && before.values().stream().anyMatch(old -> isAtLeast(old, rule)));
        assertThat(before).hasSizeGreaterThan(15);
        assertThat(stricter).isEmpty();
    }

    /** If rows are unique in fewer columns, they are also unique in more. */
    private static boolean isAtLeast(Rule old, Rule rule) {
        return old.unique && old.table.equals(rule.table) && rule.columns.containsAll(old.columns);
    }

    @Test
    @DisplayName("can run all its queries")
    void statements() throws IOException, SQLException {
        var statements = ReleasedStatement.all();
        assertThat(statements).hasSizeGreaterThan(40);
        var refused = new TreeMap<String, String>();
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            for (var released : statements) {
                try {
                    released.plan(statement);
                } catch (SQLException e) {
                    refused.put(released.text(), String.valueOf(e.getMessage()));
                    statement.execute("deallocate all");
                }
            }
        }
        assertThat(refused).isEmpty();
    }

    @Test
    @DisplayName("writes the same as on its own schema, despite new triggers and constraints")
    void writes() throws IOException, SQLException {
        var writing = ReleasedStatement.all().stream()
                .filter(statement -> !statement.values().isEmpty())
                .toList();
        assertThat(writing).hasSize(30);
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            // Use one transaction, so that both schemas see the same time.
            connection.setAutoCommit(false);
            for (var released : writing) {
                var before = in(BEFORE, released, statement);
                assertThat(in(NOW, released, statement)).as(released.text()).isEqualTo(before);
                assertThat(contents(NOW, statement)).as(released.text()).isEqualTo(contents(BEFORE, statement));
            }
        }
    }

    @Test
    @DisplayName("writes data that the migration keeps and completes")
    void data() throws IOException, SQLException {
        schema(UPGRADED, RELEASED).migrate();
        Map<String, List<String>> before;
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            statement.execute("begin");
            for (var released : ReleasedStatement.all()) {
                if (!DELETES.matcher(released.text()).find()) {
                    in(UPGRADED, released, statement);
                }
            }
            statement.execute("commit");
            before = contents(UPGRADED, statement);
        }
        assertThat(before)
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isNotEmpty());

        schema(UPGRADED, "latest").migrate();

        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = " + UPGRADED);
            assertThat(contents(UPGRADED, statement)).isEqualTo(before);
            var completed = "select count(*) > 0 and bool_and(%s) from %s";
            for (var check : Map.of(
                            "failed = (status = 'failed')",
                            "delivery",
                            "begun and not ended",
                            "work",
                            "changed = '{}' and before = '{}' and after = '{}'",
                            "audit_entry",
                            "(h.at, h.status, h.reason, h.events, h.deleted) is not distinct from "
                                    + "(w.created_at, w.status, w.disabled_reason, w.events, w.deleted_at is not null)",
                            "webhook w left join webhook_history h on h.webhook_id = w.id")
                    .entrySet()) {
                try (var rows = statement.executeQuery(completed.formatted(check.getKey(), check.getValue()))) {
                    rows.next();
                    assertThat(rows.getBoolean(1)).as(check.getKey()).isTrue();
                }
            }
            try (var rows = statement.executeQuery(
                    "select counted_to = (select id from delivery order by id limit 1) from delivery_hour_mark")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBoolean(1))
                        .as("the first delivery is not counted yet")
                        .isTrue();
            }
        }
    }

    private static List<Integer> in(String schema, ReleasedStatement released, Statement on) throws SQLException {
        on.execute("set local search_path = " + schema);
        on.execute("""
                create or replace function pg_temp.delivery(name text) returns uuid
                    language sql as 'select id from delivery where event_id = $1'
                """);
        on.execute("""
                create or replace function pg_temp.key(name text) returns uuid
                    language sql as 'select key from event where id = $1'
                """);
        return released.execute(on);
    }

    /** All rows in the tables and columns of the released version, without IDs, which are random. */
    private static Map<String, List<String>> contents(String schema, Statement on) throws SQLException {
        var tables = new TreeMap<String, String>();
        try (var rows = on.executeQuery("""
                select table_name, string_agg(quote_ident(column_name), ', ' order by ordinal_position)
                from information_schema.columns
                where table_schema = '%s' and data_type <> 'uuid' and table_name !~ '_default$|^flyway' group by 1
                """.formatted(BEFORE))) {
            while (rows.next()) {
                tables.put(rows.getString(1), rows.getString(2));
            }
        }
        var contents = new TreeMap<String, List<String>>();
        for (var table : tables.entrySet()) {
            var sql = "select row(%s)::text from %s.%s order by 1";
            try (var rows = on.executeQuery(sql.formatted(table.getValue(), schema, table.getKey()))) {
                var found = new ArrayList<String>();
                while (rows.next()) {
                    if (!rows.getString(1).endsWith(WAITING_OWNER)) {
                        found.add(rows.getString(1));
                    }
                }
                contents.put(table.getKey(), found);
            }
        }
        return contents;
    }

    @Test
    @DisplayName("leaves work at shutdown that this version delivers")
    void leavesBehind() throws Exception {
        var api = Api.ofNewWorkspace();
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            receiver.clear();
            try (var connection = HostDatabase.connect()) {
                // Use one transaction, because a replica that is gone and has no work is deleted.
                connection.setAutoCommit(false);
                execute(connection, "insert into replica", "'00000000-0000-0000-0000-0000000000a3', -1");
                execute(
                        connection,
                        "with input",
                        "'{%s}', '{left}', '{lead.created}', array[now()], '{body}', null, null, '{}',"
                                        .formatted(api.workspace().id())
                                + " '00000000-0000-0000-0000-0000000000a3'");
                connection.commit();
            }
            var delivery = Await.until(
                    "the remaining deliveries",
                    PATIENCE,
                    () -> api.get("/webhooks/" + webhook + "/deliveries?q=left&status=delivered"),
                    found -> !found.getList("data").isEmpty());
            assertThat(delivery.getInt("data[0].attempt_count"))
                    .as("the delivery may have been sent before")
                    .isEqualTo(2);
            assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(
                            request.header("x-nexadesk-event-id"))
                    .isEqualTo("left"));
        }
    }

    private static void execute(Connection connection, String start, String values) throws IOException, SQLException {
        var released = ReleasedStatement.all().stream()
                .filter(statement -> statement.text().startsWith(start))
                .findFirst()
                .orElseThrow();
        try (var statement = connection.createStatement()) {
            assertThat(released.execute(statement, values)).isEqualTo(1);
        }
    }

    private static Map<String, Rule> rules(String schema) throws SQLException {
        var rules = new TreeMap<String, Rule>();
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(RULES)) {
            connection.setSchema(schema);
            statement.setString(1, schema);
            statement.setString(2, schema);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var text = rows.getString(1);
                    var columns = (String[]) rows.getArray(2).getArray();
                    rules.put(
                            text, new Rule(text.substring(0, text.indexOf(' ')), Set.of(columns), rows.getBoolean(3)));
                }
            }
        }
        return rules;
    }

    private Map<String, Column> columns(String schema) throws SQLException {
        var columns = new TreeMap<String, Column>();
        try (var connection = HostDatabase.connect();
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
