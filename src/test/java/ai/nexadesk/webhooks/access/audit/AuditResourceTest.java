package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;

@QuarkusTest
@DisplayName("The audit log, for programs,")
class AuditResourceTest {

    private static final String LOG = "/api/v1/external/audit-log";

    private final Api api = Api.ofNewWorkspace();
    private final TestWorkspace workspace = api.workspace();

    private void store(int count, String actor, String action, String subject) {
        DatabaseRole.HOST.run(() -> {
            for (int i = 0; i < count; i++) {
                new AuditEntry(workspace.id(), Instant.now(), actor, action, subject + i, "", "192.0.2.1", List.of())
                        .persist();
            }
        });
    }

    @Test
    @DisplayName("shows actions of people and programs, before and after, and their addresses")
    void entries() throws Exception {
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            api.patch("/webhooks/" + webhook, Map.of("enabled", false)).then().statusCode(200);
            Visitor.signedIn(workspace.admin());

            var found = api.get("/audit-log");
            assertThat(found.getList("data.action"))
                    .containsExactly("session.started", "webhook.updated", "webhook.pinged", "webhook.created");
            assertThat(found.getString("data[0].actor")).isEqualTo(workspace.admin());
            assertThat(found.getString("data[1].id")).matches("aud_[0-9a-f]{32}");
            assertThat(found.getString("data[1].actor")).startsWith("API key Test key (fc_live_");
            assertThat(found.getString("data[1].subject")).isEqualTo(webhook);
            assertThat(found.getString("data[1].ip")).isEqualTo("127.0.0.1");
            assertThat(found.getList("data[1].changes"))
                    .containsExactly(Map.of("what", "status", "before", "active", "after", "disabled"));
            assertThat(found.getString("data[1].at")).endsWith("Z");
            assertThat(found.getInt("pagination.total_count")).isEqualTo(4);
        }
    }

    @Test
    @DisplayName("has no address for actions by NexaDesk")
    void byUs() {
        DatabaseRole.HOST.run(
                () -> AuditEntry.byUs(workspace.id(), Instant.now(), "webhook.disabled", "wh_1", "410 Gone", List.of())
                        .persist());
        var found = api.get("/audit-log");
        assertThat(found.getString("data[0].actor")).isEqualTo("NexaDesk");
        assertThat(found.getMap("data[0]")).containsEntry("ip", null).containsEntry("detail", "410 Gone");
    }

    @Test
    @DisplayName("has the page's filters, and parts that contain every entry once, newest first")
    void filteredInParts() {
        store(25, "Robo", "webhook.updated", "wh_");
        store(10, "Nobody", "job.cancelled", "job_");
        var subjects = new ArrayList<String>();
        var cursor = "";
        do {
            var part = api.get("/audit-log?who=ROBO&limit=10" + cursor);
            assertThat(part.getInt("pagination.total_count")).isEqualTo(25);
            subjects.addAll(part.getList("data.subject"));
            cursor =
                    part.getBoolean("pagination.has_more") ? "&cursor=" + part.getString("pagination.next_cursor") : "";
        } while (!cursor.isEmpty());
        assertThat(subjects)
                .hasSize(25)
                .doesNotHaveDuplicates()
                .startsWith("wh_24")
                .endsWith("wh_0");

        assertThat(api.get("/audit-log?kind=job&q=JOB_9").getList("data.subject"))
                .containsExactly("job_9");
        assertThat(api.get("/audit-log?kind=api_key").getList("data")).isEmpty();
        assertThat(api.get("/audit-log?q=100%25&who=%00").getList("data")).isEmpty();
    }

    @Test
    @DisplayName("can be filtered by time and several kinds, and sorted from the oldest")
    void timesKindsAndOrders() {
        store(2, "Robo", "webhook.updated", "wh_");
        store(1, "Robo", "job.cancelled", "job_");
        store(1, "Robo", "person.changed", "person_");
        var all = api.get("/audit-log?kind=job,webhook&sort=at:asc");
        assertThat(all.getList("data.subject")).containsExactly("wh_0", "wh_1", "job_0");
        var first = api.get("/audit-log?kind=job,webhook&sort=at:asc&limit=2");
        assertThat(first.getList("data.subject")).containsExactly("wh_0", "wh_1");
        var cursor = "&cursor=" + first.getString("pagination.next_cursor");
        var last = api.get("/audit-log?kind=job,webhook&sort=at:asc&limit=2" + cursor);
        assertThat(last.getList("data.subject")).containsExactly("job_0");
        assertThat(last.getInt("pagination.total_count")).isEqualTo(3);
        api.request().get(LOG + "?limit=2" + cursor).then().statusCode(400).body("code", equalTo("invalid_cursor"));

        var now = Instant.now();
        assertThat(api.get("/audit-log?until=" + now.plusSeconds(60)).getList("data"))
                .hasSize(4);
        assertThat(api.get("/audit-log?since=" + now.plusSeconds(60)).getList("data"))
                .isEmpty();
        assertThat(api.get("/audit-log?since=" + now.minusSeconds(3_600) + "&until=" + now.minusSeconds(1_800))
                        .getList("data"))
                .isEmpty();
        api.request().get(LOG + "?since=2026-03-20").then().statusCode(400).body("fields", hasKey("since"));
    }

    @Test
    @DisplayName("is counted exactly up to 10,000, and then as a lower bound")
    void counted() {
        store(10_001, "Robo", "webhook.updated", "wh_");
        var all = api.get("/audit-log?limit=1");
        assertThat(all.getInt("pagination.total_count")).isEqualTo(10_000);
        assertThat(all.getBoolean("pagination.total_is_lower_bound")).isTrue();
        assertThat(api.get("/audit-log?limit=1&q=wh_1000").getInt("pagination.total_count"))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("rejects invalid parameters by name")
    void refused() {
        api.request()
                .get(LOG + "?kind=webhok")
                .then()
                .statusCode(400)
                .body(
                        "error",
                        equalTo(
                                "kind must be one of alert_channel, api_key, delivery, erasure, job, person, retention, session, webhook."))
                .body("fields.kind[0]", containsString("kind must be"));
        api.request()
                .get(LOG + "?after=x")
                .then()
                .statusCode(400)
                .body("error", containsString("cursor, kind, limit, q, since, sort, until, who"));
        api.request().get(LOG + "?sort=actor:asc").then().statusCode(400).body("fields.sort", hasSize(1));
        api.request().get(LOG + "?cursor=x").then().statusCode(400).body("code", equalTo("invalid_cursor"));
        for (var method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            api.request().request(method, LOG).then().statusCode(405);
        }
    }

    @Test
    @DisplayName("requires the scope write, because it contains addresses, and shows only its own workspace")
    void notForEverybody() {
        store(1, workspace.admin(), "webhook.updated", "wh_");
        given().header("Authorization", "Bearer " + workspace.apiKey("read"))
                .get(LOG)
                .then()
                .statusCode(403)
                .body("code", equalTo("missing_scope"));
        given().header("Authorization", "Bearer " + workspace.apiKey("write"))
                .get(LOG)
                .then()
                .statusCode(200);
        assertThat(Api.ofNewWorkspace().get("/audit-log").getList("data")).isEmpty();
    }
}
