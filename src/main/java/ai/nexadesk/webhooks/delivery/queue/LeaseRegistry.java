package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/** The deliveries that this process has leased, and ways to release them without an attempt. */
@Singleton
public class LeaseRegistry {

    private static final Logger LOG = Logger.getLogger(LeaseRegistry.class);

    /** How long a delivery waits if it could not be started, or its result could not be recorded. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** The newest lease of each delivery in memory, in flight or waiting to be recorded. */
    private final ConcurrentHashMap<UUID, LeasedDelivery> held = new ConcurrentHashMap<>();

    private final WorkQueue queue;
    private final Backlog backlog;
    private final InstantSource clock;

    LeaseRegistry(WorkQueue queue, Backlog backlog, InstantSource clock) {
        this.queue = queue;
        this.backlog = backlog;
        this.clock = clock;
    }

    /** Adds a delivery. */
    public void add(LeasedDelivery lease) {
        held.put(lease.deliveryId(), lease);
    }

    /** Removes a delivery that is no longer leased. If it was leased again meanwhile, it is kept. */
    public void remove(LeasedDelivery lease) {
        held.computeIfPresent(lease.deliveryId(), (id, newest) -> newest == lease ? null : newest);
    }

    /** Whether it is still leased. */
    public boolean holds(LeasedDelivery lease) {
        return held.get(lease.deliveryId()) == lease;
    }

    /** Whether all leases belong to this owner, and none to a former ID of this process. */
    public boolean areAllOf(UUID owner) {
        return held.values().stream().allMatch(lease -> lease.owner().equals(owner));
    }

    /**
     * Marks these deliveries as begun in the database, where necessary.
     *
     * @return the deliveries that may be attempted: this owner still has them, and they were not ended with their
     *      webhook
     */
    public Set<UUID> begin(UUID owner, List<LeasedDelivery> leases) throws SQLException {
        return leases.isEmpty()
                ? Set.of()
                : queue.begin(
                        owner, leases.stream().map(LeasedDelivery::deliveryId).toList());
    }

    /** Releases these deliveries. */
    public void release(Collection<LeasedDelivery> leases) throws SQLException {
        try {
            for (var owned : byOwner(leases).entrySet()) {
                queue.release(owned.getKey(), owned.getValue());
            }
            queue.advance(leases.stream()
                    .flatMap(lease -> lease.recordQueue().stream())
                    .toList());
        } finally {
            // Not removed earlier: forgotten leases are released elsewhere, and the delivery could be in flight again
            // by then.
            leases.forEach(this::remove);
        }
    }

    /** Releases these deliveries; if that fails, a later sweep does. */
    public void tryRelease(List<LeasedDelivery> leases) {
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

    /** Postpones a delivery that could not be started, by {@link #PAUSE}. */
    public void putOff(LeasedDelivery lease) {
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

    /** Holds deliveries until their webhook is verified. */
    public void hold(String webhookId, Collection<LeasedDelivery> leases) throws SQLException {
        release(leases);
        DatabaseRole.ENGINE.call(() -> backlog.holdUnverified(webhookId));
    }

    /** Cancels deliveries to a webhook that gets no more events, or releases them if it has just been enabled. */
    public void cancel(Collection<LeasedDelivery> leases) throws SQLException {
        try {
            for (var owned : byOwner(leases).entrySet()) {
                queue.cancel(owned.getKey(), owned.getValue());
            }
        } finally {
            release(leases);
        }
    }

    private static Map<UUID, List<UUID>> byOwner(Collection<LeasedDelivery> leases) {
        return leases.stream()
                .collect(Collectors.groupingBy(
                        LeasedDelivery::owner, Collectors.mapping(LeasedDelivery::deliveryId, Collectors.toList())));
    }

    /**
     * Advances record queues whose first delivery is gone.
     *
     * @return the webhooks with deliveries that became ready
     */
    public Set<String> advanceStuck() throws SQLException {
        return queue.advanceStuck();
    }

    /** The time of the database's clock. */
    public Instant now() throws SQLException {
        return queue.now();
    }

    /**
     * Releases deliveries that this replica owns in the database but that this process does not know. They exist if a
     * connection broke while leasing or releasing; without this, nobody would attempt them while this process lives.
     *
     * @param before only deliveries stored before this time, by the database's clock; newer ones may become known
     *     shortly
     */
    public void releaseForgotten(UUID owner, Instant before) throws SQLException {
        int forgotten = queue.releaseForgotten(owner, held.keySet(), before);
        if (forgotten > 0) {
            LOG.infof("%d leased deliveries had been lost track of; they continue now", forgotten);
        }
    }
}
