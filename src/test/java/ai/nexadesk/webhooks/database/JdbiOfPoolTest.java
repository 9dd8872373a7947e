package ai.nexadesk.webhooks.database;

import ai.nexadesk.webhooks.testing.HostDatabase;
import io.quarkus.test.junit.QuarkusTest;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@QuarkusTest
@DisplayName("Jdbi")
class JdbiOfPoolTest {

    private static final String TABLE = """
            create temporary table anything (of_uuid uuid, of_timestamptz timestamptz, of_int int, of_bigint bigint,
                of_boolean boolean, of_text text, of_bytea bytea, of_xid8 xid8) on commit drop
            """;

    @Inject
    @Engine
    Jdbi engine;

    @ParameterizedTest
    @ValueSource(strings = {"uuid", "timestamptz", "int", "bigint", "boolean", "text", "bytea", "xid8"})
    @DisplayName("stores null in a column of any type, even after other values of its type in Java, and reads null")
    void nulls(String type) {
        assertThat(stored(type, query -> query.bind("value", (UUID) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (Instant) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (Integer) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (Long) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (Boolean) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (String) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (byte[]) null))).isNull();
        assertThat(stored(type, query -> query.bind("value", (Object) null))).isNull();
    }

    private Object stored(String type, UnaryOperator<Query> binding) {
        var sql = """
                with others as (select :uuid, :time, :number, :count, :flag, :text, :bytes)
                insert into anything (of_%1$s) values (:value) returning of_%1$s
                """.formatted(type);
        return inTable(handle -> binding.apply(handle.createQuery(sql)
                        .bind("uuid", new UUID(0, 1))
                        .bind("time", Instant.EPOCH)
                        .bind("number", 1)
                        .bind("count", 1L)
                        .bind("flag", true)
                        .bind("text", "text")
                        .bind("bytes", new byte[] {1}))
                .map(row -> {
                    var column = "of_" + type;
                    return switch (type) {
                        case "uuid" -> row.getColumn(column, UUID.class);
                        case "timestamptz" -> row.getColumn(column, Instant.class);
                        case "int" -> row.getColumn(column, Integer.class);
                        case "bigint" -> row.getColumn(column, Long.class);
                        case "boolean" -> row.getColumn(column, Boolean.class);
                        case "bytea" -> row.getColumn(column, byte[].class);
                        default -> row.getColumn(column, String.class);
                    };
                })
                .findFirst()
                .orElse(null));
    }

    private <T> T inTable(HandleCallback<T, RuntimeException> work) {
        return engine.inTransaction(handle -> {
            handle.execute(TABLE);
            return work.withHandle(handle);
        });
    }

    @Test
    @DisplayName("stores and reads a time to the microsecond, also in an array, beside null")
    void times() {
        var time = Instant.parse("2026-11-30T00:20:55.123456Z");
        var sql = """
                insert into anything (of_timestamptz) select * from unnest(:times) union all select :time
                returning of_timestamptz
                """;
        var found = inTable(handle -> handle.createQuery(sql)
                .bindArray("times", Instant.class, Arrays.asList(time, null))
                .bind("time", time)
                .mapTo(Instant.class)
                .list());
        assertThat(found).containsExactlyInAnyOrder(time, null, time);
    }

    @Test
    @DisplayName("fails with the database's message, without parameters")
    void secret() {
        assertThatThrownBy(() -> engine.useHandle(handle -> handle.createUpdate("select 1 / 0, :value")
                        .bind("value", "secret")
                        .execute()))
                .isInstanceOf(JdbiException.class)
                .hasMessage("ERROR: division by zero");
    }

    @Test
    @DisplayName("reports only the pool's message if it gets no connection")
    void noConnection() {
        var nowhere = (PGSimpleDataSource) HostDatabase.source();
        nowhere.setDatabaseName("nowhere");
        assertThatThrownBy(() -> JdbiOfPool.of(nowhere).open())
                .isInstanceOf(JdbiException.class)
                .hasMessage("FATAL: database \"nowhere\" does not exist");
    }
}
