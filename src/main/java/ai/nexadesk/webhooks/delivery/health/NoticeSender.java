package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.mailer.Mail;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Mails notices to every admin of a workspace at least once. Failures are retried for a day. An admin receives a mail
 * twice only if a replica dies before it stores that the mail was sent. Outdated notices are not mailed.
 */
@ApplicationScoped
class NoticeSender {

    private static final Logger LOG = Logger.getLogger(NoticeSender.class);

    /** Renewed with every mail. Long enough for replicas whose clocks differ. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private final NoticeQueue queue;
    private final NoticeTexts texts;
    private final MailSender mails;
    private final InstantSource clock;
    private final PublicUrl publicUrl;
    private final Optional<String> from;

    NoticeSender(
            NoticeQueue queue,
            NoticeTexts texts,
            MailSender mails,
            InstantSource clock,
            PublicUrl publicUrl,
            MailSettings settings) {
        this.queue = queue;
        this.texts = texts;
        this.mails = mails;
        this.clock = clock;
        this.publicUrl = publicUrl;
        this.from = settings.from();
    }

    @Scheduled(identity = "notices", every = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyFifteenSeconds() {
        try {
            run();
        } catch (RuntimeException e) {
            LOG.warnf("Notices could not be mailed and will be retried: %s", e.getMessage());
        }
    }

    /** Mails all due notices. Meanwhile, it holds nothing in the database except the lease. */
    void run() {
        if (from.isEmpty()) {
            return;
        }
        for (var notice = next(); notice.isPresent(); notice = next()) {
            send(notice.get(), from.get());
        }
    }

    private Optional<Notice> next() {
        var now = clock.instant();
        return queue.claim(now, now.plus(LEASE));
    }

    private void send(Notice notice, String sender) {
        var webhook = DatabaseRole.ENGINE.<@Nullable Webhook>call(() -> Webhook.findById(notice.webhookId()));
        var text = webhook == null || webhook.isDeleted() ? null : texts.of(notice, webhook);
        if (webhook == null || text == null) {
            queue.remove(notice);
            return;
        }
        var notified = new HashSet<>(notice.notified());
        RuntimeException failure = null;
        for (var admin : DatabaseRole.in(webhook.workspaceId).call(() -> Person.adminsOf(webhook.workspaceId))) {
            if (notified.contains(admin.id)) {
                continue;
            }
            try {
                mails.send(Mail.withText(admin.email, text.subject(), text.body())
                        .setFrom(sender)
                        .addHeader("Message-ID", "<" + UUID.randomUUID() + "@" + publicUrl.host() + ">"));
                notified.add(admin.id);
            } catch (RuntimeException e) {
                failure = e;
            }
            if (!queue.keep(notice, notified, clock.instant().plus(LEASE))) {
                return;
            }
        }
        if (failure == null) {
            queue.remove(notice);
            return;
        }
        var message = queue.retry(notice, clock.instant(), null)
                ? "A notice could not be mailed and will be retried: %s"
                : "A notice could not be mailed for a day and was dropped: %s";
        var cause = failure;
        LogIds.of("webhookId", notice.webhookId()).around(() -> LOG.warnf(message, cause));
    }
}
