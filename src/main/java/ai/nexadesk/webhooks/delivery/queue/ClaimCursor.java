package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/**
 * Leases due deliveries: retries, deliveries for which there was no room in memory, and those of dead replicas. Visits
 * the webhooks in turn and takes a few of each, so that no backlog delays the others. Not thread-safe.
 */
@Singleton
public class ClaimCursor {

    private static final WorkQueue.ClaimLimits LIMITS = new WorkQueue.ClaimLimits(1_000, 16L << 20, 128, 512 * 1024);

    private final WorkQueue queue;
    private final InstantSource clock;

    /** The last webhook of the previous claim. */
    private String after = "";

    ClaimCursor(WorkQueue queue, InstantSource clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * The result of a claim.
     *
     * @param leases the deliveries, now leased
     * @param maybeMore whether there may be more deliveries
     * @param cutShort webhooks that may have more deliveries
     * @param last the last webhook of the claim, empty if it found nothing; null if it visited all of them
     */
    public record Claim(
            List<LeasedDelivery> leases,
            boolean maybeMore,
            Set<String> cutShort,
            @Nullable String last) {

        /** Whether all due deliveries of this webhook were claimed. */
        public boolean hasAllOf(String webhookId) {
            return !cutShort.contains(webhookId)
                    && (last == null
                            || !last.equals(webhookId)
                                    && leases.stream()
                                            .anyMatch(lease -> lease.webhookId().equals(webhookId)));
        }
    }

    /**
     * Claims deliveries of the next webhooks.
     *
     * @param saturated webhooks to skip, because they have enough
     */
    public Claim next(UUID owner, Collection<String> saturated) throws SQLException {
        var claimed = queue.claim(owner, clock.instant(), after, saturated, LIMITS);
        boolean wasWhole = after.isEmpty();
        after = claimed.isCut() && claimed.last() != null ? claimed.last() : "";
        var cutShort =
                claimed.leases().stream().collect(Collectors.groupingBy(LeasedDelivery::webhookId)).entrySet().stream()
                        .filter(webhook -> mayHaveMore(webhook.getValue()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        boolean isWhole = wasWhole && !claimed.isCut();
        return new Claim(
                claimed.leases(), !isWhole, cutShort, isWhole ? null : Objects.requireNonNullElse(claimed.last(), ""));
    }

    /** Claims this delivery if it is due and free. */
    public Optional<LeasedDelivery> one(UUID owner, UUID delivery) throws SQLException {
        return queue.claim(owner, clock.instant(), delivery);
    }

    private static boolean mayHaveMore(List<LeasedDelivery> ofWebhook) {
        return ofWebhook.size() >= LIMITS.perWebhook()
                || ofWebhook.stream().mapToLong(lease -> lease.body().length).sum() >= LIMITS.bytesPerWebhook();
    }
}
