package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A caller")
class CallerTest {

    @Test
    @DisplayName("is recorded in the audit log with action, subject and address")
    void audit() {
        var workspace = TestWorkspace.create();
        given().header("Authorization", "Bearer " + workspace.apiKey("write"))
                .contentType("application/json")
                .body("{\"first_name\":\"Ada\",\"count\":1}")
                .post("/api/v1/external/probe")
                .then()
                .statusCode(200);

        DatabaseRole.HOST.run(() -> {
            var entry =
                    AuditEntry.<AuditEntry>find("workspaceId", workspace.id()).singleResult();
            assertThat(entry.actor).matches("API key Test key \\(fc_live_....…\\)");
            assertThat(entry.action).isEqualTo("probe.written");
            assertThat(entry.subject).isEqualTo("probe");
            assertThat(entry.detail).isEqualTo("Ada");
            assertThat(entry.ip).isEqualTo("127.0.0.1");
        });
    }
}
