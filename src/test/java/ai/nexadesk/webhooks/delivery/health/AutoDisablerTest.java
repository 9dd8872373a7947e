package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.server.MailServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(AutoDisablerTest.WithMail.class)
@DisplayName("A webhook whose deliveries all fail")
public class AutoDisablerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    HealthFollower watch;

    @Inject
    NoticeSender sender;

    @Inject
    FailureStreaks failing;

    @ConfigProperty(name = "quarkus.mailer.port")
    int mailPort;

    /** Shared by all tests. */
    private static MailServer mailServer;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;

    /** Configures a mail server that the test starts. */
    public static class WithMail implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.mailer.mock", "false",
                    "quarkus.mailer.host", "127.0.0.1",
                    "quarkus.mailer.port", Integer.toString(FreePort.choose()),
                    "nexadesk.webhooks.signature-test", "true",
                    "nexadesk.mail.from", "webhooks@example.com",
                    "nexadesk.public-url", "https://app.example.com");
        }
    }

    @BeforeEach
    void subscribe() throws Exception {
        if (mailServer == null) {
            mailServer = MailServer.start(mailPort);
        }
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
    }

    @AfterEach
    void close() throws Exception {
        clock.reset();
        receiver.close();
    }

    @AfterAll
    static void closeMailServer() throws Exception {
        mailServer.close();
    }

    @Test
    @DisplayName("is announced after three days, disabled after five, and gets all missed events when enabled")
    void disabled() {
        receiver.answer(Answer.status(500));
        attempt();
        see("the first failure", () -> isFailing());
        assertThat(page()).doesNotContain("No delivery has succeeded since");

        clock.advance(Duration.ofDays(3));
        attempt();
        see("the warning", () -> DatabaseRole.HOST.call(() -> failing.warning(webhook)) != null);
        assertThat(status()).isEqualTo("active");
        assertThat(page()).contains("No delivery has succeeded since");
        mail("A webhook is failing", "/settings/webhooks/" + webhook + "/logs");

        clock.advance(Duration.ofDays(1));
        attempt();
        clock.advance(Duration.ofDays(1));
        attempt();
        see("the end of the five days", () -> status().equals("disabled"));
        assertThat(api.get("/webhooks/" + webhook).getString("data.disabled_reason"))
                .contains("No delivery succeeded for 5 days")
                .contains("enable the webhook");
        assertThat(page()).contains("No delivery succeeded for 5 days");
        mail("A webhook was disabled", "/settings/webhooks/" + webhook);
        assertThat(mails()).hasSize(2);

        var missed = api.publish("lead.created", "{}");
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
        assertThat(status()).isEqualTo("active");
        assertThat(isFailing()).isFalse();
        receiver.clear();
        api.post(
                        "/webhooks/" + webhook + "/recover",
                        Map.of("since", Instant.now().minus(Duration.ofHours(1)).toString()))
                .then()
                .statusCode(202);
        Await.until(
                "the missed event",
                PATIENCE,
                () -> receiver.requests().stream()
                        .map(request -> request.header("x-nexadesk-event-id"))
                        .toList(),
                ids -> ids.contains(missed));
    }

    @Test
    @DisplayName("with a 410 response stays active, and its page offers to disable it")
    void gone() {
        receiver.answer(Answer.status(410));
        attempt();
        see("the first failure", this::isFailing);
        assertThat(status()).isEqualTo("active");
        assertThat(page()).contains("The endpoint responded with 410 Gone", "Disable this webhook");
        assertThat(mails()).isEmpty();
    }

    @Test
    @DisplayName("starts over after one success or a change of its URL")
    void forgotten() {
        receiver.answer(Answer.status(500));
        attempt();
        see("a failure", this::isFailing);
        receiver.answer(Answer.status(200));
        attempt();
        see("a success", () -> !isFailing());

        receiver.answer(Answer.status(500));
        attempt();
        see("another failure", this::isFailing);
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/other")))
                .then()
                .statusCode(200);
        assertThat(isFailing()).isFalse();
    }

    @Test
    @DisplayName("is not disabled without attempts, even if the failure was long ago")
    void noAttempts() {
        receiver.answer(Answer.status(500));
        attempt();
        see("a failure", this::isFailing);
        api.post("/webhooks/" + webhook + "/ping");
        clock.advance(Duration.ofDays(6));
        look();
        assertThat(status()).isEqualTo("active");
    }

    private void attempt() {
        int before = receiver.requests().size();
        api.publish("lead.created", "{}");
        receiver.await(before + 1, PATIENCE);
    }

    /** Waits, because a result is recorded a moment after its request. */
    private void see(String what, BooleanSupplier seen) {
        Await.until(
                what,
                PATIENCE,
                () -> {
                    look();
                    return seen.getAsBoolean();
                },
                Boolean::booleanValue);
    }

    private void look() {
        watch.update();
        sender.run();
    }

    private boolean isFailing() {
        return !failing.all(List.of(webhook)).isEmpty();
    }

    private String status() {
        return api.get("/webhooks/" + webhook).getString("data.status");
    }

    private List<String> mails() {
        return mailServer.mails().stream()
                .filter(mail -> mail.contains(api.workspace().admin()))
                .toList();
    }

    private void mail(String subject, String link) {
        see("the email", () -> mails().stream().anyMatch(mail -> mail.contains("Subject: " + subject)));
        assertThat(mails()).anySatisfy(mail -> assertThat(mail)
                .contains("Subject: " + subject)
                .contains("RCPT TO:<" + api.workspace().admin() + ">")
                .doesNotContain(api.workspace().agent())
                .contains("https://app.example.com" + link));
    }

    private String page() {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .get("/settings/webhooks/" + webhook)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
