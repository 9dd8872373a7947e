package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.delivery.health.AutoDisablerTest;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(AutoDisablerTest.WithMail.class)
@DisplayName("A ping with wrong signatures")
class ForgedPingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("follows the ping of a saved webhook, has no valid signature in any header, and is marked in the log")
    void afterSave() {
        receiver.script(Answer.status(200), Answer.status(401));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        awaitVerifies(webhook, true);
        assertThat(api.get("/webhooks/" + webhook).getString("data.status")).isEqualTo("active");
        assertThat(receiver.requests()).hasSize(2);
        var secret = SigningSecret.parse(api.secret(webhook));
        assertThat(validSignatures(receiver.requests().get(0), secret)).isEqualTo(2);
        assertForged(receiver.requests().get(1), secret);

        var log = api.get("/webhooks/" + webhook + "/deliveries");
        assertThat(log.getList("data.event")).containsExactly("ping", "ping");
        var admin = Visitor.signedIn(api.workspace().admin());
        assertThat(admin.get("/settings/webhooks/" + webhook + "/logs").asString())
                .containsOnlyOnce("Deliberately wrong signature");
        assertThat(admin.get("/settings/webhooks/" + webhook + "/logs/" + log.getString("data[0].id"))
                        .asString())
                .contains(
                        "as it should: this ping deliberately had a wrong signature.",
                        "Ping with a wrong " + "signature created");
        assertThat(admin.get("/settings/webhooks/" + webhook).asString()).doesNotContain("accepts forged requests");
    }

    @Test
    @DisplayName("that is accepted causes a warning on the webhook's page until it is dismissed or the endpoint fixed")
    void accepted() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        awaitVerifies(webhook, false);
        var admin = Visitor.signedIn(api.workspace().admin());
        var page = "/settings/webhooks/" + webhook;
        assertThat(admin.get(page).asString()).contains("Your endpoint accepts forged requests.", "Dismiss");
        assertThat(Visitor.signedIn(api.workspace().agent()).get(page).asString())
                .contains("Your endpoint accepts forged requests.")
                .doesNotContain("Dismiss");
        admin.post(page + "/verification-warning/dismiss");
        assertThat(admin.get(page).asString()).doesNotContain("Your endpoint accepts forged requests.");
        assertThat(api.get("/webhooks/" + webhook).getBoolean("data.verification_warning_dismissed"))
                .isTrue();
        api.patch("/webhooks/" + webhook, Map.of("verification_warning_dismissed", false))
                .then()
                .statusCode(200);
        assertThat(admin.get(page).asString()).contains("Your endpoint accepts forged requests.");

        receiver.answer(Answer.status(403));
        assertThat(api.post("/webhooks/" + webhook + "/verification-test").<Boolean>path("data.verifies_signatures"))
                .isTrue();
        assertThat(admin.get(page).asString()).doesNotContain("Your endpoint accepts forged requests.");
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/other")))
                .then()
                .statusCode(200);
        awaitVerifies(webhook, false);
        assertThat(api.get("/webhooks/" + webhook).getString("data.status")).isEqualTo("active");
    }

    @Test
    @DisplayName("proves nothing with another response, and is not sent if the ping failed")
    void unknown() {
        receiver.answer(Answer.status(500));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        assertThat(receiver.requests()).hasSize(1);
        var answer = api.post("/webhooks/" + webhook + "/verification-test");
        assertThat(answer.<@Nullable Boolean>path("data.verifies_signatures")).isNull();
        assertThat(answer.<String>path("data.message")).startsWith("NexaDesk can't tell whether");
        assertThat(api.get("/audit-log").getString("data[0].action")).isEqualTo("webhook.verification_tested");
    }

    @Test
    @DisplayName("has no valid signature during a rotation either")
    void rotating() {
        receiver.script(Answer.status(200), Answer.status(401));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        awaitVerifies(webhook, true);
        String pending = api.post("/webhooks/" + webhook + "/secret/rotate").path("data.pending_secret");
        api.post("/webhooks/" + webhook + "/verification-test").then().statusCode(200);
        var forged = receiver.requests().get(2);
        assertForged(forged, SigningSecret.parse(api.secret(webhook)));
        assertForged(forged, SigningSecret.parse(pending));
    }

    private static void assertForged(Receiver.Request request, SigningSecret secret) {
        assertThat(request.header("x-nexadesk-event")).isEqualTo("ping");
        assertThat(request.header("x-nexadesk-signature")).matches("sha256=[0-9a-f]{64}");
        assertThat(validSignatures(request, secret)).isZero();
    }

    private static long validSignatures(Receiver.Request request, SigningSecret secret) {
        var sentAt = Instant.ofEpochSecond(Long.parseLong(request.header("webhook-timestamp")));
        var message = new Message("", request.header("x-nexadesk-event-id"), "", 1, request.body());
        var right = SignedHeaders.of(message, secret, null, sentAt, "").stream()
                .filter(header -> header.name().toLowerCase().endsWith("-signature"))
                .map(Header::value)
                .toList();
        return request.lines().stream()
                .filter(line -> line.getKey().contains("-signature"))
                .flatMap(line -> List.of(line.getValue().split(" ")).stream())
                .filter(right::contains)
                .count();
    }

    private void awaitVerifies(String webhook, boolean expected) {
        Await.until(
                "the test of signatures",
                PATIENCE,
                () -> api.get("/webhooks/" + webhook).<@Nullable Boolean>get("data.verifies_signatures"),
                verifies -> Objects.equals(verifies, expected));
    }
}
