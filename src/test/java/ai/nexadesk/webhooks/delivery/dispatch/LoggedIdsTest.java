package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A log entry in JSON")
class LoggedIdsTest {

    private static final String BODY = "what a customer's customer wrote";

    private final Api api = Api.ofNewWorkspace();
    private final Sql sql = new Sql();

    @Inject
    EndpointCache endpoints;

    @Inject
    Scheduler scheduler;

    @Test
    @DisplayName("about a delivery has its ID and those of its event, webhook and workspace, but no secret or body")
    void delivery() throws Exception {
        try (var receiver = Receiver.start();
                var log = JsonLog.listen()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "*");
            var secret = api.secret(webhook);
            var keyId = sql.text("select encode(substr(secret, 1, 4), 'hex') from webhook where id = ?", webhook);
            encryptedWith("00000000", webhook);
            endpoints.forget(new WebhookChanged(webhook));

            var event = api.publish("lead.created", "{\"id\":\"1\",\"visitor_name\":\"" + BODY + "\"}");
            var delivery = api.deliveryOf(webhook, event);

            var ids = log.await("could not be started", "deliveryId", delivery).get("mdc");
            assertThat(ids.get("eventId").asText()).isEqualTo(event);
            assertThat(ids.get("webhookId").asText()).isEqualTo(webhook);
            assertThat(ids.get("workspaceId").asText())
                    .isEqualTo(api.workspace().id());
            assertThat(log.lines()).noneMatch(line -> line.contains(secret) || line.contains(BODY));
            encryptedWith(keyId, webhook);
        }
    }

    private void encryptedWith(String keyId, String webhook) {
        sql.run("update webhook set secret = decode(?, 'hex') || substr(secret, 5) where id = ?", keyId, webhook);
    }

    @Test
    @DisplayName("by a scheduled task has the task's name, and entries of other threads have none")
    void task() {
        try (var log = JsonLog.listen()) {
            sql.run("alter table work rename to work_away");
            try {
                log.await("Sweep failed", "task", "sweep");
            } finally {
                sql.run("alter table work_away rename to work");
            }
            api.request().get("/api/v1/external/probe/bug").then().statusCode(500);
            log.await("/api/v1/external/probe/bug", "task", "");
        }
    }

    @Test
    @DisplayName("has a short name for every task")
    void names() {
        assertThat(scheduler.getScheduledJobs()).hasSizeGreaterThan(8).allSatisfy(job -> assertThat(job.getId())
                .matches("[a-z-]{4,20}"));
    }
}
