package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Outbox;
import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.UUID;
import jakarta.inject.Singleton;

/** Notices to mail. There are none if mail is not configured. */
@Singleton
class NoticeQueue extends Outbox<Notice> {

    private static final String ADD =
            "insert into notice (webhook_id, kind, created_at, next_at) values (:webhook, :kind, :now, :now)";
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Jdbi present;
    private final InstantSource clock;
    private final boolean mailed;

    NoticeQueue(Jdbi present, @Engine Jdbi engine, InstantSource clock, MailSettings settings) {
        super(engine, "notice", "true", LONGEST_PAUSE, Notice.class);
        this.present = present;
        this.clock = clock;
        this.mailed = settings.from().isPresent();
    }

    /** Adds a notice that a webhook was disabled because no delivery succeeded, in the current transaction. */
    void disabled(String webhookId) {
        add(webhookId, Notice.Kind.DISABLED);
    }

    /** Adds a warning that a webhook will be disabled, in the current transaction. */
    void warning(String webhookId) {
        add(webhookId, Notice.Kind.WARNING);
    }

    private void add(String webhookId, Notice.Kind kind) {
        if (mailed) {
            present.useHandle(handle -> handle.createUpdate(ADD)
                    .bind("webhook", webhookId)
                    .bind("kind", kind.value())
                    .bind("now", clock.instant())
                    .execute());
        }
    }

    /**
     * Stores who has received the mail, and renews the lease.
     *
     * @return false if the lease had ended and another replica has the notice now
     */
    boolean keep(Notice notice, Collection<UUID> notified, Instant leaseEnds) {
        return change("update notice set notified = :notified, next_at = :ends", notice, update -> update.bindArray(
                        "notified", UUID.class, notified)
                .bind("ends", leaseEnds));
    }
}
