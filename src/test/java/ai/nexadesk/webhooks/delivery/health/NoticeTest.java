package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.server.MailServer;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@QuarkusTest
@TestProfile(AutoDisablerTest.WithMail.class)
@DisplayName("A notice to the admins of a workspace")
class NoticeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Sql SQL = new Sql();

    @Inject
    SettableClock clock;

    @Inject
    AutoDisabler disabler;

    @Inject
    FailureStreaks failing;

    @Inject
    NoticeQueue queue;

    private static final Duration FIVE_DAYS = Duration.ofDays(5);

    @Inject
    NoticeTexts texts;

    @Inject
    NoticeSender sender;

    @Inject
    MailSender mails;

    @Inject
    PublicUrl publicUrl;

    @Inject
    MailSettings settings;

    @Inject
    ExecutorService executor;

    @Inject
    Scheduler scheduler;

    @ConfigProperty(name = "quarkus.mailer.port")
    int mailPort;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;
    private @Nullable MailServer mailServer;

    @BeforeEach
    void subscribe() throws Exception {
        // The tests run this task themselves.
        scheduler.pause("notices");
        SQL.run("delete from notice");
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
    }

    @AfterAll
    static void resume() {
        CDI.current().select(Scheduler.class).get().resume("notices");
    }

    @AfterEach
    void close() throws Exception {
        clock.reset();
        receiver.close();
        if (mailServer != null) {
            mailServer.close();
        }
    }

    @Test
    @DisplayName("is sent when the mail server is back, after a pause")
    void afterOutage() throws Exception {
        disabler.disable(webhook, FIVE_DAYS);
        send();
        assertThat(waiting()).isEqualTo(1);

        mailServer = MailServer.start(mailPort);
        send();
        assertThat(mails(api.workspace().admin())).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        send();
        assertThat(mails(api.workspace().admin()))
                .singleElement()
                .asString()
                .contains("Subject: A webhook was disabled")
                .containsPattern("Message-ID: <[0-9a-f-]+@" + publicUrl.host() + ">");
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("is stored in the same transaction as its cause")
    void sameTransaction() throws Exception {
        SQL.run("alter table notice add constraint refuses check (webhook_id <> '" + webhook + "')");
        try {
            failing.note(List.of(), Map.of(webhook, clock.instant()));
            assertThatThrownBy(() -> failing.warn(webhook)).hasStackTraceContaining("refuses");
            assertThat(warning()).isNull();
            assertThatThrownBy(() -> disabler.disable(webhook, FIVE_DAYS)).hasStackTraceContaining("refuses");
            assertThat(api.get("/webhooks/" + webhook).getString("data.status")).isEqualTo("active");
        } finally {
            SQL.run("alter table notice drop constraint refuses");
        }
        failing.warn(webhook);
        assertThat(warning()).isNotNull();
        assertThat(waiting()).isEqualTo(1);
        disabler.disable(webhook, FIVE_DAYS);
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    @DisplayName("says how long nothing could be delivered, even if less than a day")
    void duration() {
        disabler.disable(webhook, Duration.ofMinutes(90));
        assertThat(api.get("/webhooks/" + webhook).getString("data.disabled_reason"))
                .startsWith("No delivery succeeded for 1 h 30 min.");
    }

    @Test
    @DisplayName("is mailed by another replica if the one that leased it has died")
    void afterCrash() throws Exception {
        disabler.disable(webhook, FIVE_DAYS);
        var now = clock.instant();
        assertThat(queue.claim(now, now.plus(LEASE))).isPresent();
        mailServer = MailServer.start(mailPort);
        send();
        assertThat(mails(api.workspace().admin())).isEmpty();

        clock.advance(LEASE);
        another().run();
        assertThat(mails(api.workspace().admin())).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("is mailed by one replica even if several try, without locks meanwhile")
    void once() throws Exception {
        mailServer = MailServer.start(mailPort);
        mailServer.hold();
        disabler.disable(webhook, FIVE_DAYS);
        var first = CompletableFuture.runAsync(this::send, executor);
        Await.until(
                "the mail",
                PATIENCE,
                () -> mails(api.workspace().admin()),
                mails -> !mails.isEmpty() || first.isCompletedExceptionally());
        another().run();
        SQL.run("select from notice where webhook_id = ? for update nowait", webhook);
        mailServer.release();
        first.join();
        another().run();
        assertThat(mails(api.workspace().admin())).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("does not wait for the previous mail's connection to close")
    void manyInARow() throws Exception {
        mailServer = MailServer.start(mailPort);
        disabler.disable(webhook, FIVE_DAYS);
        SQL.run("insert into notice (webhook_id, kind, created_at, next_at)"
                + " select webhook_id, kind, created_at, next_at from notice, generate_series(2, 1000)");
        send();
        assertThat(mails(api.workspace().admin())).hasSize(1_000);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("is not changed by a replica whose lease has ended")
    void lateReplica() throws Exception {
        disabler.disable(webhook, FIVE_DAYS);
        var now = clock.instant();
        var late = queue.claim(now, now).orElseThrow();
        var present = queue.claim(now, now.plus(LEASE)).orElseThrow();
        assertThat(queue.keep(late, List.of(), now)).isFalse();
        queue.remove(late);
        assertThat(queue.keep(present, List.of(), now)).isTrue();
    }

    @Test
    @DisplayName("is retried only for people who have not received it")
    void oneOfTwo() throws Exception {
        var other = "other-" + api.workspace().admin();
        DatabaseRole.HOST.run(() -> {
            Workspace workspace = Workspace.findById(api.workspace().id());
            new Person(workspace, other, "Olga Other", TestWorkspace.PASSWORD, Role.ADMIN, clock.instant()).persist();
        });
        mailServer = MailServer.start(mailPort);
        mailServer.refuse("<" + api.workspace().admin());
        disabler.disable(webhook, FIVE_DAYS);
        send();
        assertThat(mails(other)).hasSize(1);
        assertThat(mails(api.workspace().admin())).isEmpty();

        mailServer.refuse("nobody");
        clock.advance(Duration.ofMinutes(2));
        send();
        assertThat(mails(other)).hasSize(1);
        assertThat(mails(api.workspace().admin())).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName("is dropped after a day, which is logged")
    void givenUp() {
        disabler.disable(webhook, FIVE_DAYS);
        try (var log = JsonLog.listen()) {
            send();
            log.await("A notice could not be mailed and will be retried", "webhookId", webhook);
            for (int hour = 1; hour < 23; hour++) {
                clock.advance(Duration.ofHours(1));
                send();
            }
            assertThat(waiting()).isEqualTo(1);
            for (int hour = 23; hour <= 25; hour++) {
                clock.advance(Duration.ofHours(1));
                send();
            }
            assertThat(waiting()).isZero();
            assertThat(log.await("A notice could not be mailed for a day and was dropped", "webhookId", webhook)
                            .path("level")
                            .asText())
                    .isEqualTo("WARN");
        }
    }

    @Test
    @DisplayName("of a failing webhook is created once, even if the webhook is checked often")
    void warnedOnce() throws SQLException {
        failing.note(List.of(), Map.of(webhook, clock.instant()));
        failing.warn(webhook);
        failing.warn(webhook);
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    @DisplayName("is not mailed if it is outdated or there is no recipient")
    void overtaken() throws Exception {
        failing.note(List.of(), Map.of(webhook, clock.instant()));
        failing.warn(webhook);
        failing.note(List.of(webhook), Map.of());

        var enabled = api.createWebhook(receiver.url("/enabled"), "lead.created");
        disabler.disable(enabled, FIVE_DAYS);
        api.patch("/webhooks/" + enabled, Map.of("enabled", true)).then().statusCode(200);

        var deleted = api.createWebhook(receiver.url("/deleted"), "lead.created");
        disabler.disable(deleted, FIVE_DAYS);
        api.delete("/webhooks/" + deleted).then().statusCode(200);

        var others = Api.ofNewWorkspace();
        disabler.disable(others.createWebhook(receiver.url("/others"), "lead.created"), FIVE_DAYS);
        SQL.run(
                "update person set role = 'agent' where workspace_id = ?",
                others.workspace().id());

        assertThat(SQL.text("select count(*) from notice")).isEqualTo("4");
        mailServer = MailServer.start(mailPort);
        send();
        assertThat(mailServer.mails()).isEmpty();
        assertThat(SQL.text("select count(*) from notice")).isEqualTo("0");
    }

    /** The sender of another replica. It knows only what is in the database. */
    private NoticeSender another() {
        return new NoticeSender(queue, texts, mails, clock, publicUrl, settings);
    }

    private void send() {
        sender.run();
    }

    private FailureStreaks.@Nullable Warning warning() {
        return DatabaseRole.ENGINE.<FailureStreaks.@Nullable Warning>call(() -> failing.warning(webhook));
    }

    private int waiting() {
        return Integer.parseInt(String.valueOf(SQL.text("select count(*) from notice where webhook_id = ?", webhook)));
    }

    private List<String> mails(String address) {
        return mailServer == null
                ? List.of()
                : mailServer.mails().stream()
                        .filter(mail -> mail.contains("RCPT TO:<" + address + ">"))
                        .toList();
    }
}
