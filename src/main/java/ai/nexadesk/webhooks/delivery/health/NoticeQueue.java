package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Outbox;
import ai.nexadesk.webhooks.database.Sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Notices to mail. There are none if mail is not configured. */
@Singleton
class NoticeQueue extends Outbox<Notice> {

    private static final String ADD =
            "insert into notice (webhook_id, kind, created_at, next_at) values (:webhook, :kind, :now, :now)";
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Sql present;
    private final InstantSource clock;
    private final boolean mailed;

    NoticeQueue(DataSource dataSource, @Engine DataSource engine, InstantSource clock, MailSettings settings) {
        super(Sql.on(engine), "notice", "true", LONGEST_PAUSE, NoticeQueue::notice);
        this.present = Sql.on(dataSource);
        this.clock = clock;
        this.mailed = settings.from().isPresent();
    }

    private static Notice notice(ResultSet row) throws SQLException {
        return new Notice(
                row.getLong("id"),
                row.getString("webhook_id"),
                Notice.Kind.of(row.getString("kind")),
                Sql.instant(row, "created_at"),
                row.getInt("attempts"),
                Set.of((UUID[]) row.getArray("told").getArray()));
    }

    /** Adds a notice that a webhook was disabled because no delivery succeeded, in the present transaction. */
    void disabled(String webhookId) {
        add(webhookId, Notice.Kind.DISABLED);
    }

    /** Adds a warning that a webhook will be disabled, in the present transaction. */
    void warning(String webhookId) {
        add(webhookId, Notice.Kind.WARNING);
    }

    private void add(String webhookId, Notice.Kind kind) {
        if (mailed) {
            present.query(ADD)
                    .set("webhook", webhookId)
                    .set("kind", kind.word())
                    .set("now", clock.instant())
                    .update();
        }
    }

    /**
     * Stores who has received the mail, and renews the lease.
     *
     * @return false if the lease had ended and another replica has the notice now
     */
    boolean keep(Notice notice, Collection<UUID> told, Instant leaseEnds) {
        return query("update notice set told = :told, next_at = :ends", notice)
                        .set("told", "uuid", told)
                        .set("ends", leaseEnds)
                        .update()
                == 1;
    }
}
