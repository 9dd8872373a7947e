package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.delivery.health.AutoDisabler;
import ai.nexadesk.webhooks.delivery.health.AutoDisablerTest;
import ai.nexadesk.webhooks.delivery.health.HealthFollower;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.server.MailServer;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@QuarkusTest
@TestProfile(AutoDisablerTest.WithMail.class)
@DisplayName("An alert channel")
class AlertTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Sql SQL = new Sql();

    @Inject
    HealthFollower follower;

    @Inject
    AutoDisabler disabler;

    @Inject
    AlertSender sender;

    @Inject
    AlertQueue queue;

    @Inject
    AlertTexts texts;

    @Inject
    ChannelSender channels;

    @Inject
    ChannelSecrets secrets;

    @Inject
    WebhookHealth health;

    @Inject
    SettableClock clock;

    @Inject
    ExecutorService executor;

    @Inject
    Scheduler scheduler;

    @ConfigProperty(name = "quarkus.mailer.port")
    int mailPort;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver endpoint = Receiver.start();

    @AutoClose
    private final Receiver chat = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        // The tests run this task themselves.
        scheduler.pause("alerts");
        SQL.run("delete from alert");
        webhook = api.post(
                        "/webhooks",
                        Map.of(
                                "url",
                                endpoint.url("/secret-path"),
                                "events",
                                List.of("lead.created"),
                                "description",
                                "CRM <!channel> & co"))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
    }

    @AfterEach
    void reset() {
        clock.reset();
    }

    @AfterAll
    static void resume() {
        CDI.current().select(Scheduler.class).get().resume("alerts");
    }

    @Test
    @DisplayName("of each kind is told once that a webhook fails, and once that it works again, with the facts")
    void outage() throws Exception {
        channel("slack");
        channel("teams");
        String secret = api.post(
                        "/alert-channels", Map.of("kind", "signed", "name", "signed", "url", chat.url("/signed")))
                .path("data.secret");
        api.post(
                        "/alert-channels",
                        Map.of("kind", "mail", "name", "Team", "addresses", List.of("a@example.com", "b@example.com")))
                .then()
                .statusCode(201);
        try (var mails = MailServer.start(mailPort)) {
            fail();
            follower.update();
            tellAll();
            follower.update();
            tellAll();

            assertThat(chat.requests()).hasSize(3);
            assertThat(sent("/slack").getString("text"))
                    .startsWith(
                            "*Webhook is failing: CRM &lt;!channel&gt; &amp; co (127.0.0.1:" + endpoint.port() + ")*\n")
                    .contains(
                            "No attempt has succeeded since ",
                            "Most frequent cause: 503 Service Unavailable.",
                            "3 deliveries are waiting.",
                            "<https://app.example.com/settings/webhooks/" + webhook + "|Open in NexaDesk>")
                    .doesNotContain("secret-path");
            assertThat(sent("/teams").getString("attachments[0].content.body[0].inlines[0].text"))
                    .startsWith("Webhook is failing: CRM <!channel> & co");
            assertThat(sent("/teams").getString("attachments[0].contentType"))
                    .isEqualTo("application/vnd.microsoft.card.adaptive");
            var signed = request("/signed");
            assertThat(signed.header("x-nexadesk-signature")).isEqualTo("sha256=" + hmac(secret, signed.body()));
            assertThat(signed.header("x-nexadesk-event")).isEqualTo("webhook.failing");
            assertThat(sent("/signed").getMap("data"))
                    .containsEntry("webhook_id", webhook)
                    .containsEntry("cause", "503")
                    .containsEntry("waiting", 3);
            assertThat(mails.mails())
                    .singleElement()
                    .asString()
                    .contains("RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>", "Subject: Webhook is failing")
                    .doesNotContain("To: a@");

            endpoint.answer(Answer.status(200));
            api.publishMany("lead.created", 1);
            awaitState("degraded");
            tellAll();
            assertThat(chat.requests()).hasSize(6);
            assertThat(chat.requests().get(5).text()).contains("works again");
            assertThat(mails.mails()).hasSize(2);
        }
    }

    @Test
    @DisplayName("is told that a webhook of its workspace was disabled, by NexaDesk or a person, and enabled again")
    void disabled() {
        channel("slack");
        disabler.disable(webhook, Duration.ofDays(5));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
        api.patch("/webhooks/" + webhook, Map.of("enabled", false)).then().statusCode(200);
        // A new webhook causes no alert, and neither does a webhook of another workspace.
        api.createWebhook(endpoint.url("/new"), "lead.created");
        var others = Api.ofNewWorkspace();
        disabler.disable(others.createWebhook(endpoint.url("/others"), "lead.created"), Duration.ofDays(5));
        tellAll();
        assertThat(chat.requests())
                .extracting(request -> JsonPath.from(request.text()).getString("text"))
                .satisfiesExactly(
                        text -> assertThat(text).contains("was disabled", "No delivery succeeded for 5 days"),
                        text -> assertThat(text).contains("works again"),
                        text -> assertThat(text).contains("was disabled", "Disabled by"));
    }

    @Test
    @DisplayName("is told that a failing webhook got another URL, but not about a deleted one")
    void overtaken() throws Exception {
        channel("slack");
        fail();
        endpoint.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("url", endpoint.url("/other")))
                .then()
                .statusCode(200);
        tellAll();
        assertThat(chat.requests()).hasSize(2);
        assertThat(chat.requests().get(1).text()).contains("is no longer failing");
        disabler.disable(webhook, Duration.ofDays(5));
        api.delete("/webhooks/" + webhook).then().statusCode(200);
        tellAll();
        assertThat(chat.requests()).hasSize(2);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("gets an alert in the same transaction as the change")
    void sameTransaction() {
        channel("slack");
        endpoint.answer(Answer.status(503));
        api.publishMany("lead.created", 3);
        SQL.run("alter table alert add constraint refuses check (webhook_id <> '" + webhook + "')");
        try {
            Await.until("the rejection", PATIENCE, this::isRefused, refused -> refused);
            assertThat(api.get("/webhooks/" + webhook).getString("data.health.state"))
                    .isNotEqualTo("failing");
            assertThatThrownBy(() -> disabler.disable(webhook, Duration.ofDays(5)))
                    .hasStackTraceContaining("refuses");
            assertThat(api.get("/webhooks/" + webhook).getString("data.status")).isEqualTo("active");
        } finally {
            SQL.run("alter table alert drop constraint refuses");
        }
        awaitState("failing");
        assertThat(waiting()).isEqualTo(1);
    }

    private boolean isRefused() {
        try {
            follower.update();
            return false;
        } catch (JdbiException e) {
            return e.getMessage().contains("refuses");
        }
    }

    @Test
    @DisplayName("gets each change once and in order, regardless of how many replicas send")
    void replicas() {
        channel("slack");
        channel("teams");
        disabler.disable(webhook, Duration.ofDays(5));
        SQL.run("insert into alert (workspace_id, channel_id, webhook_id, state, since, cause, created_at, next_at)"
                + " select workspace_id, channel_id, webhook_id, state, since, 'number ' || n || '.', created_at, next_at"
                + " from alert, generate_series(1, 30) n order by n");
        CompletableFuture.allOf(Stream.of(sender, another(), another())
                        .map(replica -> CompletableFuture.runAsync(replica::run, executor))
                        .toArray(CompletableFuture[]::new))
                .join();
        tellAll();
        assertThat(chat.requests()).hasSize(62);
        assertThat(chat.requests().stream()
                        .filter(request -> request.target().equals("/slack"))
                        .skip(1)
                        .map(request -> request.text().replaceFirst("(?s).*number (\\d+)\\..*", "$1"))
                        .map(Integer::parseInt))
                .isSorted()
                .hasSize(30);
    }

    @Test
    @DisplayName("that does not respond loses nothing for a day, shows this on its page, and delays no other channel")
    void dead() {
        var dead = channel("slack");
        chat.answer(Answer.status(500));
        disabler.disable(webhook, Duration.ofDays(5));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
        double before = failed();
        try (var log = JsonLog.listen()) {
            tellAll();
            log.await("An alert could not be sent and will be retried", "webhookId", webhook);
            assertThat(failed()).isEqualTo(before + 1);
            assertThat(waiting()).isEqualTo(2);
            var last = api.get("/alert-channels/" + dead).getMap("data.last_alert");
            assertThat(last)
                    .containsEntry("ok", false)
                    .containsEntry("message", "It responded with 500 Internal Server Error.");
            assertThat(Visitor.signedIn(api.workspace().admin())
                            .get("/settings/alert-channels")
                            .asString())
                    .contains("Failed", "It responded with 500 Internal Server Error.");
            for (int hour = 1; hour < 23; hour++) {
                clock.advance(Duration.ofHours(1));
                tellAll();
            }
            assertThat(waiting()).isEqualTo(2);
            chat.answer(Answer.status(200));
            clock.advance(Duration.ofMinutes(40));
            tellAll();
            assertThat(waiting()).isZero();
            assertThat(chat.requests().get(chat.requests().size() - 2).text()).contains("was disabled");
            assertThat(chat.requests().get(chat.requests().size() - 1).text()).contains("works again");

            clock.reset();
            chat.answer(Answer.status(500));
            disabler.disable(webhook, Duration.ofDays(5));
            for (int hour = 0; hour <= 25; hour++) {
                tellAll();
                clock.advance(Duration.ofHours(1));
            }
            assertThat(waiting()).isZero();
            log.await("An alert could not be sent for a day and was dropped", "webhookId", webhook);
        }
    }

    @Test
    @DisplayName("can be tested on request, and never shows its target")
    void test() {
        var id = channel("slack");
        assertThat(test(id)).containsEntry("ok", true).containsEntry("message", "It responded with 200 OK.");
        assertThat(chat.requests()).singleElement().satisfies(request -> assertThat(request.text())
                .contains("Test alert from NexaDesk"));
        chat.answer(Answer.status(404));
        assertThat(test(id)).containsEntry("ok", false).containsEntry("message", "It responded with 404 Not Found.");

        api.patch("/alert-channels/" + id, Map.of("url", chat.url("/moved"), "name", "Renamed"))
                .then()
                .statusCode(200);
        api.patch("/alert-channels/" + id, Map.of("name", "Renamed")).then().statusCode(200);
        test(id);
        assertThat(chat.requests().get(2).target()).isEqualTo("/moved");
        var shown = "http://127.0.0.1:" + chat.port() + "/••••••••";
        assertThat(api.get("/alert-channels").getString("data[0].target")).isEqualTo(shown);
        var admin = Visitor.signedIn(api.workspace().admin());
        var uuid = PublicId.parse("ac_", id).orElseThrow();
        for (var page : List.of("", "/" + uuid + "/edit", "/" + uuid + "/delete")) {
            assertThat(admin.get("/settings/alert-channels" + page).asString())
                    .contains(shown)
                    .doesNotContain("/moved", "/slack\"");
        }
        assertThat(api.get("/audit-log?kind=alert_channel").getList("data.action"))
                .containsExactly(
                        "alert_channel.tested",
                        "alert_channel.updated",
                        "alert_channel.tested",
                        "alert_channel.tested",
                        "alert_channel.created");
        assertThat(api.get("/audit-log").prettify()).contains(shown).doesNotContain("/moved");
    }

    @Test
    @DisplayName("has the same restrictions as endpoints, and must be complete")
    void refused() {
        refuse(Map.of("kind", "slack", "name", "x", "url", "http://10.0.0.1/x"), "url");
        refuse(Map.of("kind", "pigeon", "name", "x", "url", chat.url("/x")), "kind");
        refuse(Map.of("kind", "mail", "name", "x", "addresses", List.of("a@b.c\r\nBcc: d@e.f")), "addresses");
        refuse(Map.of("kind", "mail", "name", "x", "addresses", List.of()), "addresses");
        refuse(Map.of("kind", "teams", "name", " ", "url", chat.url("/x")), "name");
        var id = channel("slack");
        api.patch("/alert-channels/" + id, Map.of("kind", "teams")).then().statusCode(400);
        assertThat(api.get("/alert-channels").getList("data")).hasSize(1);
        for (int i = 1; i < AlertChannels.MAX_CHANNELS; i++) {
            channel("slack");
        }
        assertThat(api.post("/alert-channels", Map.of("kind", "slack", "name", "x", "url", chat.url("/x")))
                        .<String>path("code"))
                .isEqualTo("too_many_alert_channels");
        disabler.disable(webhook, Duration.ofDays(5));
        assertThat(waiting()).isEqualTo(AlertChannels.MAX_CHANNELS);
        api.delete("/alert-channels/" + id).then().statusCode(200);
        assertThat(waiting()).isEqualTo(AlertChannels.MAX_CHANNELS - 1);
    }

    private void refuse(Map<String, ?> draft, String field) {
        assertThat(api.post("/alert-channels", draft)
                        .then()
                        .statusCode(400)
                        .extract()
                        .<Map<String, ?>>path("fields"))
                .containsOnlyKeys(field);
    }

    @Test
    @DisplayName("is re-encrypted after a change of the encryption key")
    void reencryption() throws Exception {
        String id = api.post("/alert-channels", Map.of("kind", "signed", "name", "signed", "url", chat.url("/signed")))
                .path("data.id");
        var uuid = PublicId.parse("ac_", id).orElseThrow();
        // The former key from the tests' configuration. Encrypted values begin with the ID of their key.
        var former = java.security.MessageDigest.getInstance("SHA-256")
                .digest("former key, tests only, tests!!!".getBytes(StandardCharsets.UTF_8));
        var formerId = HexFormat.of().formatHex(former, 0, 4);
        DatabaseRole.HOST.run(() -> {
            AlertChannel channel = AlertChannel.findById(uuid);
            channel.target = withFormerKey(secrets.target(channel), channel, "target");
            channel.secret = withFormerKey(secrets.secret(channel).value(), channel, "secret");
        });
        assertThat(keyIds(uuid.toString())).isEqualTo(formerId + formerId);
        secrets.run();
        assertThat(keyIds(uuid.toString())).doesNotContain(formerId);
        assertThat(test(id)).containsEntry("ok", true);
    }

    private static String keyIds(String id) {
        return SQL.text(
                "select encode(substring(target from 1 for 4) || substring(secret from 1 for 4), 'hex')"
                        + " from alert_channel where id = ?::uuid",
                id);
    }

    private static byte[] withFormerKey(String text, AlertChannel channel, String member) {
        try {
            var key = "former key, tests only, tests!!!".getBytes(StandardCharsets.UTF_8);
            int keyId = java.nio.ByteBuffer.wrap(
                            java.security.MessageDigest.getInstance("SHA-256").digest(key))
                    .getInt();
            var nonce = "twelve bytes".getBytes(StandardCharsets.UTF_8);
            var aes = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
            aes.init(
                    javax.crypto.Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new javax.crypto.spec.GCMParameterSpec(128, nonce));
            aes.updateAAD((channel.workspaceId + "|" + channel.publicId() + " " + member + "|" + keyId)
                    .getBytes(StandardCharsets.UTF_8));
            var sealed = aes.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return java.nio.ByteBuffer.allocate(16 + sealed.length)
                    .putInt(keyId)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private String channel(String kind) {
        return api.post("/alert-channels", Map.of("kind", kind, "name", kind, "url", chat.url("/" + kind)))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
    }

    private Map<String, Object> test(String id) {
        return api.post("/alert-channels/" + id + "/test")
                .then()
                .statusCode(200)
                .extract()
                .path("data.last_alert");
    }

    private void fail() {
        endpoint.answer(Answer.status(503));
        api.publishMany("lead.created", 3);
        awaitState("failing");
    }

    private void awaitState(String state) {
        Await.until(
                "the state",
                PATIENCE,
                () -> {
                    follower.update();
                    return api.get("/webhooks/" + webhook).getString("data.health.state");
                },
                state::equals);
    }

    /** Runs the sender of each of two replicas. */
    private void tellAll() {
        sender.run();
        another().run();
    }

    private AlertSender another() {
        return new AlertSender(queue, texts, channels, health, clock, executor);
    }

    private Receiver.Request request(String path) {
        return chat.requests().stream()
                .filter(request -> request.target().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private JsonPath sent(String path) {
        return JsonPath.from(request(path).text());
    }

    private static String hmac(String secret, byte[] body) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body));
    }

    private static int waiting() {
        return Integer.parseInt(String.valueOf(SQL.text("select count(*) from alert")));
    }

    private static double failed() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("nexadesk_alerts_total{") && line.contains("failed"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
