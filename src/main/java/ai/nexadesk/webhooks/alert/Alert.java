package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.Outbox;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * A change of a webhook to report to a channel, as leased by the replica that sends it.
 *
 * @param id which one; also the order
 * @param state what the webhook became: {@code failing}, {@code disabled}, {@code working} or {@code idle}
 * @param since since when
 * @param cause why: the most frequent cause of failures, or the reason why it is disabled
 * @param createdAt when it changed
 * @param attempts how often sending it has begun, this time included
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
