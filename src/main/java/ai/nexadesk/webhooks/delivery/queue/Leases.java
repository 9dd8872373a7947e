package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.Lease;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/** What this process has leased, and the ways to give it back without an attempt. */
@Singleton
public class Leases {

    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** How long a delivery waits that could not be begun, or whose attempt ended without a result. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** In memory, on the way, or waiting to be recorded; the newest lease of each delivery. */
    private final ConcurrentHashMap<UUID, Lease> held = new ConcurrentHashMap<>();

    private final WorkQueue queue;
    private final Backlog backlog;
    private final InstantSource clock;

    Leases(WorkQueue queue, Backlog backlog, InstantSource clock) {
        this.queue = queue;
        this.backlog = backlog;
        this.clock = clock;
    }

    /** Knows of a lease from now on. */
    public void add(Lease lease) {
        held.put(lease.deliveryId(), lease);
    }

    /** Forgets a lease that has come to its end; the next one of its delivery may be known already, and stays so. */
    public void remove(Lease lease) {
        held.computeIfPresent(lease.deliveryId(), (id, newest) -> newest == lease ? null : newest);
    }

    /** Whether none is left of an owner that this process was before. */
    public boolean areAllOf(UUID owner) {
        return held.values().stream().allMatch(lease -> lease.owner().equals(owner));
    }

    /**
     * Sees to it that the database knows of these that their attempts may have begun.
     *
     * @return the deliveries of which it does: they are this owner's, and were not ended with their webhook
     */
    public Set<UUID> begin(UUID owner, List<Lease> leases) throws SQLException {
        return leases.isEmpty()
                ? Set.of()
                : queue.begin(owner, leases.stream().map(Lease::deliveryId).toList());
    }

    /** Gives these back to whoever is free. */
    public void release(Collection<Lease> leases) throws SQLException {
        var byOwner = leases.stream().collect(Collectors.groupingBy(Lease::owner));
        try {
            for (var owned : byOwner.entrySet()) {
                queue.release(
                        owned.getKey(),
                        owned.getValue().stream().map(Lease::deliveryId).toList());
            }
            queue.advance(
                    leases.stream().flatMap(lease -> lease.line().stream()).toList());
        } finally {
            // Not before: what is forgotten is given back by others, and could be on its way again when this comes.
            leases.forEach(this::remove);
        }
    }

    /** Gives these back, or leaves it to a later round. */
    public void tryRelease(List<Lease> leases) {
        if (leases.isEmpty()) {
            return;
        }
        try {
            release(leases);
        } catch (SQLException e) {
            LOG.warnf(
                    "%d deliveries could not be released; a later sweep will release them: %s",
                    leases.size(), e.getMessage());
        }
    }

    /** Gives back what could not be begun, for a minute. */
    public void putOff(Lease lease) {
        try {
            queue.putOff(lease.owner(), lease.deliveryId(), clock.instant().plus(PAUSE));
        } catch (SQLException e) {
            lease.logIds()
                    .around(() -> LOG.warnf(
                            "Delivery %s could not be postponed; a later sweep will release it: %s",
                            lease.deliveryId(), e.getMessage()));
        } finally {
            remove(lease);
        }
    }

    /** Gives back what waits for the verification of its webhook. */
    public void hold(Lease lease) throws SQLException {
        release(List.of(lease));
        backlog.hold(lease.webhookId());
    }

    /** Ends what goes to a webhook that takes nothing more. */
    public void cancel(Lease lease) throws SQLException {
        try {
            queue.cancel(lease.owner(), List.of(lease.deliveryId()));
        } finally {
            remove(lease);
        }
    }

    /**
     * Lets deliveries go on that wait for one which is not there any more.
     *
     * @return the webhooks for which something is ready now
     */
    public Set<String> advanceStuck() throws SQLException {
        return queue.advanceStuck();
    }

    /** What time it is by the database's clock. */
    public Instant now() throws SQLException {
        return queue.now();
    }

    /**
     * Gives back what the database says this replica has leased but this process does not know of: where the connection broke
     * while a lease was taken or given back, nobody else would look after it for as long as this process lives.
     *
     * @param before only what was stored before this time by the database's clock; the rest may become known in a moment
     */
    public void releaseForgotten(UUID owner, Instant before) throws SQLException {
        int forgotten = queue.releaseForgotten(owner, held.keySet(), before);
        if (forgotten > 0) {
            LOG.infof("%d leased deliveries had been lost track of; they continue now", forgotten);
        }
    }
}
