package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Signatures;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("The rotation of a signing secret")
class RotationTest {

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private String old;
    private String pending;

    @BeforeEach
    void rotate() {
        webhook = api.createWebhook(receiver.url("/"), "*");
        old = api.secret(webhook);
        pending = api.post("/webhooks/" + webhook + "/secret/rotate", Map.of("overlap_hours", 24))
                .then()
                .statusCode(200)
                .body("data.secret", equalTo(old))
                .body("data.pending_from", notNullValue())
                .extract()
                .path("data.pending_secret");
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("signs with both secrets during the overlap, and with the new one afterward")
    void overlaps() {
        var during = deliver();
        assertThat(during.header("x-nexadesk-signature")).isEqualTo(Signatures.documented(during.body(), old));
        assertThat(during.header("x-nexadesk-signature-next")).isEqualTo(Signatures.documented(during.body(), pending));
        assertThat(during.header("webhook-signature").split(" ")).hasSize(2);
        clock.advance(Duration.ofHours(25));
        assertSignedWithTheNewOneOnly();
    }

    @Test
    @DisplayName("can be ended early by a program, but only once")
    void switched() {
        api.post("/webhooks/" + webhook + "/secret/switch")
                .then()
                .statusCode(200)
                .body("data.secret", equalTo(pending))
                .body("data.pending_secret", nullValue());
        assertSignedWithTheNewOneOnly();
        api.post("/webhooks/" + webhook + "/secret/switch")
                .then()
                .statusCode(409)
                .body("code", equalTo("no_pending_secret"));
    }

    private void assertSignedWithTheNewOneOnly() {
        var after = deliver();
        assertThat(after.header("x-nexadesk-signature")).isEqualTo(Signatures.documented(after.body(), pending));
        assertThat(after.headers("x-nexadesk-signature-next")).isEmpty();
        assertThat(api.secret(webhook)).isEqualTo(pending);
    }

    private Receiver.Request deliver() {
        receiver.clear();
        api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{}")), "delivered", 1);
        return receiver.requests().get(0);
    }
}
