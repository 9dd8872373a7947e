package ai.nexadesk.webhooks.delivery;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/**
 * Leases what is due: retries, what found no room in the lanes, and what dead replicas left. Goes round the webhooks and takes
 * a few of each, so that no backlog starves another. One thread at a time.
 */
@Singleton
class Claims {

    private static final int PER_WEBHOOK = 128;
    private static final int IN_ALL = 1_000;

    private final WorkQueue queue;
    private final InstantSource clock;

    /** The webhook that the last round ended with. */
    private String after = "";

    Claims(WorkQueue queue, InstantSource clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * What was claimed.
     *
     * @param leases the deliveries, now leased
     * @param maybeMore whether the round went on when there were enough
     * @param cutShort the webhooks that may have more
     */
    record Claim(List<Lease> leases, boolean maybeMore, Set<String> cutShort) {}

    /**
     * Claims the next part of a round.
     *
     * @param sated webhooks that have enough for now
     */
    Claim next(UUID owner, Collection<String> sated) throws SQLException {
        var claimed = queue.claim(owner, clock.instant(), after, PER_WEBHOOK, sated, IN_ALL);
        var leases = claimed.leases();
        boolean roundIsOver = leases.size() < IN_ALL;
        boolean wasWhole = after.isEmpty();
        after = roundIsOver || claimed.last() == null ? "" : claimed.last();
        var cutShort =
                leases.stream()
                        .collect(Collectors.groupingBy(Lease::webhookId, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .filter(webhook -> webhook.getValue() >= PER_WEBHOOK)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        return new Claim(leases, !roundIsOver || !wasWhole, cutShort);
    }
}
