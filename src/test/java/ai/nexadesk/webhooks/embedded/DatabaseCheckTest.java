package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.PostgresResource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("A start with a database fails, with one line that names the remedy,")
class DatabaseCheckTest {

    private static final String KEY = "dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=";
    private static final String ANOTHER_KEY = "Zm9ybWVyIGtleSwgdGVzdHMgb25seSwgdGVzdHMhISE=";

    private static Map<String, String> settings;

    @BeforeAll
    static void database() {
        settings = new HashMap<>(new PostgresResource().start());
        settings.put("nexadesk.secrets.encryption-key", KEY);
    }

    @ParameterizedTest(name = "{0}={1}")
    @DisplayName("if a setting is wrong")
    @CsvSource(
            delimiter = ';',
            value = {
                "quarkus.datasource.jdbc.url; postgresql://127.0.0.1/nexadesk; an address such as jdbc:postgresql:",
                "quarkus.datasource.jdbc.url; 127.0.0.1:5432/nexadesk; an address such as jdbc:postgresql:",
                "quarkus.datasource.jdbc.url; jdbc:mysql://127.0.0.1/nexadesk; an address such as jdbc:postgresql:",
                "quarkus.datasource.jdbc.url; jdbc:postgresql://127.0.0.1:99999/nexadesk; an address such as",
                "quarkus.datasource.jdbc.url; jdbc:postgresql://127.0.0.1:1/nexadesk; Correct its host and port",
                "quarkus.datasource.jdbc.url; jdbc:postgresql://no.such.host.invalid/nexadesk; Correct its host and port",
                "quarkus.datasource.jdbc.url; SERVER/missing; names a database that does not exist",
                "quarkus.datasource.jdbc.url; SERVER/postgres?sslmode=require; does not support SSL",
                "quarkus.datasource.log.jdbc.url; standby:5432/nexadesk; an address such as jdbc:postgresql:",
                "quarkus.datasource.username; nobody; refuses the login \"nobody\"",
                "quarkus.datasource.username; ''; is not set, but quarkus.datasource.jdbc.url is",
                "quarkus.datasource.password; ''; is not set, but quarkus.datasource.jdbc.url is",
                "quarkus.flyway.username; nobody; refuses the login \"nobody\"",
            })
    void wrong(String name, String value, String remedy) {
        assertThatThrownBy(() -> check(Map.of(name, value)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(name + " ")
                .hasMessageContaining(remedy)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("\n");
    }

    @Test
    @DisplayName("if the password is wrong, without revealing it")
    void password() {
        assertThatThrownBy(() -> check(Map.of("quarkus.datasource.password", "wrong-one")))
                .hasMessageStartingWith("quarkus.datasource.username or quarkus.datasource.password is wrong")
                .hasMessageNotContaining("wrong-one");
    }

    @Test
    @DisplayName("if the server is older than 18")
    void version() {
        assertThatThrownBy(() -> DatabaseCheck.checkVersion(17))
                .hasMessageStartingWith(
                        "quarkus.datasource.jdbc.url points to PostgreSQL 17, but NexaDesk Webhooks needs 18 or later.");
        assertThatCode(() -> DatabaseCheck.checkVersion(18)).doesNotThrowAnyException();
        assertThatCode(() -> DatabaseCheck.checkVersion(19)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("if the encryption key decrypts none of the stored secrets, even with former keys")
    void encryptionKey() throws Exception {
        assertThatCode(() -> check(Map.of())).doesNotThrowAnyException();
        execute("create table webhook (secret bytea); insert into webhook values (substr(sha256(decode('" + KEY
                + "', 'base64')), 1, 4) || '\\x00')");
        assertThatCode(() -> check(Map.of())).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(Map.of("nexadesk.secrets.encryption-key", ANOTHER_KEY)))
                .hasMessageStartingWith("nexadesk.secrets.encryption-key cannot read the stored signing secrets.");
        assertThatCode(() -> check(Map.of(
                        "nexadesk.secrets.encryption-key", ANOTHER_KEY,
                        "nexadesk.secrets.former-encryption-keys", KEY)))
                .doesNotThrowAnyException();
    }

    private static void check(Map<String, String> changed) throws IOException {
        var all = new HashMap<>(settings);
        changed.forEach((name, value) -> all.put(name, value.replace("SERVER", server())));
        DatabaseCheck.check(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValues(all)
                .build());
    }

    private static String server() {
        return settings.get(DatabaseCheck.URL).replaceFirst("/\\w+$", "");
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        settings.get(DatabaseCheck.URL),
                        settings.get(DatabaseCheck.USERNAME),
                        settings.get(DatabaseCheck.PASSWORD));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
