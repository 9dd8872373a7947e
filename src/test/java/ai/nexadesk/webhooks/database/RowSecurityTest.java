package ai.nexadesk.webhooks.database;

import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Tests row-level security alone, without the workspace conditions of the queries. */
@QuarkusTest
@DisplayName("Row-level security")
class RowSecurityTest {

    /** Tables that belong to no workspace, with the reason. All other tables have policies. */
    private static final Set<String> OF_NO_WORKSPACE = Set.of(
            // Bookkeeping of Flyway and of the delivery engine.
            "flyway_schema_history",
            "replica",
            "delivery_hour_mark",
            // Rows for hashes of keys, addresses and accounts. Transactions of a workspace cannot access them.
            "request_window",
            "idempotent_request",
            "sign_in_attempt",
            "openid_used");

    private static final String TABLES = """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public' order by 1
            """;

    private static final String PROTECTED = """
            select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relrowsecurity and c.relforcerowsecurity
                and p.polname = 'workspace'
                and 'nexadesk_workspace'::regrole = any (p.polroles)
            order by 1
            """;

    private static final String READABLE = """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname = 'public'
                and has_table_privilege('nexadesk_workspace', c.oid, 'select') order by 1
            """;

    @Inject
    DataSource dataSource;

    @Inject
    @Engine
    DataSource engine;

    private static List<String> host(String sql) throws SQLException {
        try (var connection = HostDatabase.connect()) {
            return read(connection, sql);
        }
    }

    private static List<String> read(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private int update(String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    @Test
    @DisplayName("is forced on every table with workspace data")
    void everyTable() throws SQLException {
        var expected = new ArrayList<>(host(TABLES));
        expected.removeAll(OF_NO_WORKSPACE);
        assertThat(host(PROTECTED)).containsExactlyElementsOf(expected);
        assertThat(
                        host(
                                "select table_name from information_schema.columns c join pg_class t on t.relname = c.table_name"
                                        + " where column_name = 'workspace_id' and table_schema = 'public' and not t.relispartition"))
                .isSubsetOf(expected);
    }

    @Test
    @DisplayName("cannot be bypassed through a partition or by owning a table")
    void partitions() throws SQLException {
        assertThat(
                        host(
                                "select c.relname from pg_class c, unnest(array['nexadesk_workspace', 'nexadesk_entry',"
                                        + " 'nexadesk_engine']) role where c.relispartition and c.relkind = 'r'"
                                        + " and (has_table_privilege(role, c.oid, 'select') or has_table_privilege(role, c.oid, 'insert')"
                                        + " or has_table_privilege(role, c.oid, 'update') or has_table_privilege(role, c.oid, 'delete'))"))
                .isEmpty();
        assertThat(host("select relname from pg_class where pg_get_userbyid(relowner) like 'nexadesk\\_%'"))
                .isEmpty();
        assertThat(host("select rolname from pg_roles where rolname like 'nexadesk\\_%'"
                        + " and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb)"))
                .isEmpty();
    }

    @Test
    @DisplayName("shows nothing without a workspace, inside or outside of a transaction")
    void withoutWorkspace() throws Exception {
        try (var receiver = Receiver.start()) {
            FilledWorkspace.create(receiver);
            for (var table : host(READABLE)) {
                if (OF_NO_WORKSPACE.contains(table)) {
                    continue;
                }
                assertThat(host("select count(*) from " + table)).as(table).isNotNull();
                try (var connection = dataSource.getConnection()) {
                    assertThat(read(connection, "select count(*) from " + table))
                            .as(table)
                            .containsExactly("0");
                }
                assertThat(QuarkusTransaction.requiringNew().call(() -> count(table)))
                        .as(table + " in a transaction")
                        .isZero();
                assertThat(DatabaseRole.in("").<Long>call(() -> count(table)))
                        .as(table + " for no workspace")
                        .isZero();
            }
        }
    }

    private long count(String table) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            return Long.parseLong(
                    read(connection, "select count(*) from " + table).get(0));
        }
    }

    @Test
    @DisplayName("shows and changes nothing of another workspace with any query")
    void otherWorkspace() throws Exception {
        try (var receiver = Receiver.start()) {
            var mine = FilledWorkspace.create(receiver);
            var theirs = FilledWorkspace.create(receiver);
            var here = mine.api().workspace().id();
            var there = theirs.api().workspace().id();
            for (var table : host(PROTECTED)) {
                // A workspace sees only its own rows, so the counts of the two workspaces add up.
                if (!host(READABLE).contains(table)) {
                    continue;
                }
                long own = DatabaseRole.in(here).call(() -> count(table));
                long others = DatabaseRole.in(there).call(() -> count(table));
                assertThat(own + others)
                        .as(table)
                        .isLessThanOrEqualTo(Long.parseLong(
                                host("select count(*) from " + table).get(0)));
            }
            for (var table :
                    List.of("person", "api_key", "audit_entry", "webhook", "event", "delivery", "work", "job")) {
                assertThat(DatabaseRole.in(here).<List<String>>call(() -> {
                            try (var connection = dataSource.getConnection()) {
                                return read(connection, "select distinct workspace_id from " + table);
                            }
                        }))
                        .as(table)
                        .containsExactly(here);
            }
            var attempts = "select count(*) from attempt a join delivery d on d.id = a.delivery_id";
            assertThat(DatabaseRole.in(here).<Long>call(() -> count("attempt")))
                    .isPositive()
                    .isEqualTo(Long.parseLong(host(attempts + " where d.workspace_id = '" + here + "'")
                            .get(0)));

            var before = host("select concat(count(*), max(version), max(url)) from webhook where workspace_id = '"
                    + there + "'");
            for (var change : List.of(
                    "update webhook set url = 'https://attacker.example' where id = '" + theirs.webhook() + "'",
                    "update delivery set status = 'cancelled' where workspace_id = '" + there + "'",
                    "update person set role = 'admin' where workspace_id = '" + there + "'",
                    "update api_key set revoked_at = null where workspace_id = '" + there + "'",
                    "update job set status = 'cancelled' where workspace_id = '" + there + "'",
                    "delete from session where person_id in (select id from person where workspace_id = '" + there
                            + "')",
                    "delete from work where workspace_id = '" + there + "'")) {
                assertThat(DatabaseRole.in(here).<Integer>call(() -> update(change)))
                        .as(change)
                        .isZero();
            }
            for (var insert : List.of(
                    "insert into api_key (workspace_id, name, prefix, key_hash, scopes) values ('" + there
                            + "', 'x', 'x', '\\x00', '{read}')",
                    "insert into audit_entry (workspace_id, at, actor, action, subject) values ('" + there
                            + "', now(), 'x', 'x', 'x')",
                    "update webhook set workspace_id = '" + there + "' where id = '" + mine.webhook() + "'",
                    "insert into webhook_history (webhook_id, at, status, events, deleted) values ('" + theirs.webhook()
                            + "', now(), 'disabled', '{}', false)")) {
                assertThatThrownBy(() -> DatabaseRole.in(here).call(() -> update(insert)))
                        .as(insert)
                        .hasStackTraceContaining("violates row-level security policy");
            }
            assertThat(host("select concat(count(*), max(version), max(url)) from webhook where workspace_id = '"
                            + there + "'"))
                    .isEqualTo(before);
        }
    }

    @Test
    @DisplayName("grants each role only what it needs: no passwords or keys for the engine, no logs for sign-in, no "
            + "changes of the past")
    void least() throws SQLException {
        try (var connection = engine.getConnection()) {
            for (var secret : List.of("person", "session", "sign_in_attempt", "api_key")) {
                assertThatThrownBy(() -> read(connection, "select * from " + secret))
                        .as(secret)
                        .hasMessageContaining("permission denied");
            }
            assertThatThrownBy(() -> read(connection, "select make_log_partition('person', current_date)::text"))
                    .hasMessageContaining("is no log");
        }
        for (var log : List.of("event", "delivery", "attempt", "webhook", "job")) {
            assertThatThrownBy(() -> DatabaseRole.ENTRY.call(() -> count(log)))
                    .as(log)
                    .hasStackTraceContaining("permission denied");
        }
        assertThatThrownBy(
                        () -> DatabaseRole.ENTRY.call(
                                () -> update(
                                        "insert into person (workspace_id, email, name,"
                                                + " password_hash, role) select id, 'second@example.com', 'Second', '', 'admin' from workspace")))
                .hasStackTraceContaining("violates row-level security policy");
        for (var acting : List.of(DatabaseRole.ENGINE, DatabaseRole.ENTRY, DatabaseRole.in("ws_any"))) {
            for (var change :
                    List.of("update audit_entry set actor = ''", "delete from audit_entry", "truncate audit_entry")) {
                assertThatThrownBy(() -> acting.call(() -> update(change)))
                        .as(acting + ": " + change)
                        .hasStackTraceContaining("permission denied");
            }
        }
    }

    @Test
    @DisplayName("resets the workspace when the transaction ends")
    void takenBack() throws SQLException {
        var role = "select current_user || ' ' || coalesce(current_setting('nexadesk.workspace', true), '')";
        for (int i = 0; i < 30; i++) {
            assertThat(DatabaseRole.in("ws_first").<List<String>>call(() -> {
                        try (var connection = dataSource.getConnection()) {
                            return read(connection, role);
                        }
                    }))
                    .containsExactly("nexadesk_workspace ws_first");
            assertThatThrownBy(() -> DatabaseRole.HOST.call(() -> {
                        throw new IllegalStateException("and rolled back");
                    }))
                    .hasMessage("and rolled back");
            try (var connection = dataSource.getConnection()) {
                assertThat(read(connection, role)).containsExactly("nexadesk_workspace ");
            }
        }
    }
}
