package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.Outbox;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * News about a webhook for the admins of its workspace, as leased by the replica that mails it.
 *
 * @param id the notice's ID
 * @param webhookId the webhook
 * @param kind what happened
 * @param createdAt when it happened
 * @param attempts how many attempts to mail it have begun, including this one
 * @param notified the people who have received the mail
 */
record Notice(long id, String webhookId, Kind kind, Instant createdAt, int attempts, Set<UUID> notified)
        implements Outbox.Item {

    /** What happened. */
    enum Kind {
        /** It will be disabled unless a delivery succeeds first. */
        WARNING,
        /** It was disabled, because nothing could be delivered to it. */
        DISABLED;

        /** Its name in the database. */
        String value() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
