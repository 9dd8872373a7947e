package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("With separate logins for the owner of the tables and for itself, the application")
class SeparateLoginsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = "of-a-test";
    private static final String OWNER = "tables_owner";
    private static final String APPLICATION = "application";

    private static final String ROLES = """
            create role nexadesk_workspace nologin;
            create role nexadesk_entry nologin;
            create role nexadesk_engine nologin;
            grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to tables_owner with inherit false, set true
            """;

    @TempDir
    private static Path data;

    private static EmbeddedPostgres database;

    @BeforeAll
    static void startDatabase() throws Exception {
        database = EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        database.close();
    }

    @BeforeEach
    void createLogins() throws Exception {
        superuser("create role tables_owner login password '" + PASSWORD + "'");
        superuser("create role application login password '" + PASSWORD + "'");
        superuser("create database installation owner tables_owner");
    }

    @AfterEach
    void dropLogins() throws Exception {
        superuser("drop database installation with (force)");
        superuser("drop role application");
        superuser("drop role tables_owner");
        superuser("drop role if exists nexadesk_workspace, nexadesk_entry, nexadesk_engine");
    }

    private void superuser(String sql) throws SQLException {
        execute("postgres", database.username(), database.password(), sql);
    }

    private void execute(String name, String user, String password, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(database.jdbcUrl(name), user, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PackagedApplication launch() throws IOException {
        var settings = new ArrayList<>(PackagedApplication.INSTALLATION);
        settings.addAll(List.of(
                PackagedApplication.ON_UNSAFE_DATABASE,
                "-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl("installation"),
                "-Dquarkus.datasource.username=" + APPLICATION,
                "-Dquarkus.datasource.password=" + PASSWORD,
                "-Dquarkus.flyway.username=" + OWNER,
                "-Dquarkus.flyway.password=" + PASSWORD));
        return PackagedApplication.launch(data.resolve("unused"), settings.toArray(String[]::new));
    }

    @Test
    @DisplayName("publishes, delivers and shows its log, while its login itself may read and change nothing")
    void works() throws Exception {
        superuser(ROLES);
        superuser(
                "grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to application with inherit false, set true");
        try (var receiver = Receiver.start();
                var application = launch()) {
            Await.until("the start", PATIENCE, application::output, log -> log.contains("Listening on"));
            execute("installation", OWNER, PASSWORD, PackagedApplication.FIRST_ROWS);
            var created = application.post(
                    "/webhooks", "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]}");
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            var webhook = JsonPath.from(created.body()).getString("data.id");
            var published = application.publish("{\"id\":\"evt-1\",\"event\":\"lead.created\",\"workspace_id\":\""
                    + PackagedApplication.WORKSPACE + "\",\"data\":{\"id\":\"1\"}}");
            assertThat(published.statusCode()).as(published.body()).isEqualTo(202);
            Await.until(
                    "a delivery in the log",
                    PATIENCE,
                    () -> deliveries(application, webhook, "delivered"),
                    count -> count == 1);
            assertThat(application.output()).doesNotContain("ERROR", "permission denied");
        }
        for (var attack : List.of(
                "select * from webhook",
                "select * from event",
                "update audit_entry set actor = 'somebody else'",
                "set role nexadesk_engine; delete from audit_entry",
                "set role nexadesk_workspace; truncate audit_entry",
                "set role nexadesk_entry; update person set role = 'admin'",
                "alter table webhook disable row level security",
                "drop policy workspace on webhook",
                "alter table audit_entry disable trigger all",
                "create table mine (id int)",
                "set role tables_owner")) {
            assertThatThrownBy(() -> execute("installation", APPLICATION, PASSWORD, attack))
                    .as(attack)
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    private static int deliveries(PackagedApplication application, String webhook, String status) {
        try {
            var answer = application.get(
                    "/api/v1/external/webhooks/" + webhook + "/deliveries?event=lead.created&status=" + status);
            return JsonPath.from(answer.body()).getList("data").size();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("does not start if its login may not use the roles, and prints the commands")
    void loginWithoutRoles() throws Exception {
        superuser(ROLES);
        assertThat(refusal())
                .contains("The database user application lacks the roles")
                .contains("grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to application"
                        + " with inherit false, set true;");
    }

    @Test
    @DisplayName("does not start if a role is missing, and prints the commands")
    void loginWithTwoOfThree() throws Exception {
        superuser(ROLES);
        superuser("grant nexadesk_workspace, nexadesk_engine to application with inherit false, set true");
        assertThat(refusal()).contains("The database user application lacks the roles");
    }

    @Test
    @DisplayName("does not start if the owner may not create the roles, and prints the commands")
    void ownerWithoutRoles() throws Exception {
        assertThat(refusal())
                .contains("The database user tables_owner may not make the roles")
                .contains("create role nexadesk_workspace nologin;")
                .contains("grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to tables_owner"
                        + " with inherit false, set true;");
    }

    private String refusal() throws Exception {
        try (var application = launch()) {
            assertThat(application.awaitEnd()).isNotZero();
            return application.output();
        }
    }
}
