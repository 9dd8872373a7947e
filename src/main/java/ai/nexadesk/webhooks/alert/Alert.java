package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.Outbox;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * A change of a webhook to report to a channel, as leased by the replica that sends it.
 *
 * @param id the alert's ID, which also determines the order
 * @param state the new state of the webhook: {@code failing}, {@code disabled}, {@code working} or {@code idle}
 * @param since when the state began
 * @param cause the most frequent cause of failures, or the reason why the webhook is disabled
 * @param createdAt when it changed
 * @param attempts how many attempts to send it have begun, including this one
 */
record Alert(
        long id,
        String workspaceId,
        UUID channelId,
        String webhookId,
        String state,
        Instant since,
        @Nullable String cause,
        Instant createdAt,
        int attempts)
        implements Outbox.Item {}
