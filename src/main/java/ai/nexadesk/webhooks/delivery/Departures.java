package ai.nexadesk.webhooks.delivery;

import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/** Takes deliveries out of the lanes and has them attempted, for as long as the lease allows it. Has a thread of its own. */
final class Departures {

    private static final Logger LOG = Logger.getLogger(Departures.class);
    private static final long PAUSE_MILLIS = 10;
    private static final long LONGER_PAUSE_MILLIS = 100;

    /** So many begin together at most, with one statement for those that have waited; others wait for them some milliseconds. */
    private static final int TOGETHER = 64;

    private final Lanes lanes;
    private final Recorder recorder;
    private final Attempts attempts;
    private final Targets targets;
    private final Leases leases;
    private final Replica replica;
    private final ExecutorService executor;
    private final Duration needed;
    private final Thread thread = new Thread(this::run, "dispatcher");

    /**
     * Nothing departs before {@link #start}.
     *
     * @param executor for what waits for the database
     * @param needed what must be left of the lease for an attempt to begin
     */
    Departures(
            Lanes lanes,
            Recorder recorder,
            Attempts attempts,
            Targets targets,
            Leases leases,
            Replica replica,
            ExecutorService executor,
            Duration needed) {
        this.lanes = lanes;
        this.recorder = recorder;
        this.attempts = attempts;
        this.targets = targets;
        this.leases = leases;
        this.replica = replica;
        this.executor = executor;
        this.needed = needed;
    }

    /** Goes on until the lanes are closed. */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            for (var taken = lanes.take(TOGETHER); !taken.isEmpty(); taken = lanes.take(TOGETHER)) {
                while (recorder.isFull()) {
                    Thread.sleep(PAUSE_MILLIS);
                }
                var waited = new ArrayList<Lease>();
                for (var lease : taken) {
                    if (lease.begun()) {
                        depart(lease);
                    } else {
                        waited.add(lease);
                    }
                }
                departNoted(waited);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets these depart once the database knows that they may have, but for what is no longer to be attempted. */
    private void departNoted(List<Lease> waited) throws InterruptedException {
        var noted = note(waited);
        var rest = waited.stream()
                .filter(lease -> !noted.contains(lease.deliveryId()))
                .toList();
        waited.stream().filter(lease -> noted.contains(lease.deliveryId())).forEach(this::depart);
        leases.handBack(rest);
        rest.forEach(lanes::done);
    }

    /** Tries for as long as anything may begin: while the database is away for a moment, all stays where it is. */
    private Set<UUID> note(List<Lease> waited) throws InterruptedException {
        while (true) {
            try {
                return leases.begin(replica.id(), waited);
            } catch (SQLException | RuntimeException e) {
                LOG.debugf("Retrying shortly: %s", e.getMessage());
                if (!replica.holdsFor(needed)) {
                    LOG.warnf("%d deliveries cannot start while the database does not respond", waited.size());
                    return Set.of();
                }
                Thread.sleep(LONGER_PAUSE_MILLIS);
            }
        }
    }

    private void depart(Lease lease) {
        if (!begin(lease)) {
            lanes.done(lease);
        }
    }

    /** Whether its attempt is on its way; if not, it has gone back. */
    private boolean begin(Lease lease) {
        try {
            var target = targets.get(lease.webhookId());
            // Last, for all before may have waited for the database. The time before the id: a replica that begins anew
            // has
            // its new id before it has a lease.
            if (!replica.holdsFor(needed) || !lease.owner().equals(replica.id())) {
                // Another replica may have it by now; what it is worth is decided by the sweep.
                leases.giveBack(List.of(lease));
                return false;
            }
            switch (target.status()) {
                case ACTIVE -> attempt(lease, target);
                case UNVERIFIED -> leases.hold(lease);
                case DISABLED -> leases.cancel(lease);
            }
            return target.isActive();
        } catch (SQLException e) {
            lease.logIds()
                    .around(() -> LOG.warnf(
                            "Delivery %s could not be released; a later sweep will release it", lease.deliveryId()));
        } catch (RuntimeException e) {
            lease.logIds()
                    .around(() -> LOG.errorf(
                            e, "Delivery %s could not be started; retrying in a minute", lease.deliveryId()));
            leases.putOff(lease);
        }
        return false;
    }

    private void attempt(Lease lease, Target target) {
        attempts.make(lease, target).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result);
                handBack(lanes.done(lease, result.outcome()));
            } else {
                lease.logIds()
                        .around(() -> LOG.errorf(failure, "Delivery %s ended without a result", lease.deliveryId()));
                lanes.done(lease);
                executor.execute(() -> leases.putOff(lease));
            }
        });
    }

    /** Not in this thread, which is that of many connections. */
    private void handBack(List<Lease> unbegun) {
        if (!unbegun.isEmpty()) {
            executor.execute(() -> leases.handBack(unbegun));
        }
    }
}
