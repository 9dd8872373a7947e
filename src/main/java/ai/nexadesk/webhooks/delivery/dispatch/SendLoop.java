package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.Lease;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.pace.Pacer;
import ai.nexadesk.webhooks.delivery.queue.Leases;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.tracing.Pulse;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/** Takes deliveries out of the scheduler and has them attempted, for as long as the lease allows it. Has a thread of its own. */
final class SendLoop {

    private static final Logger LOG = Logger.getLogger(SendLoop.class);
    private static final long PAUSE_MILLIS = 10;
    private static final long LONGER_PAUSE_MILLIS = 100;

    /** So many begin together at most, with one statement for those that have waited; others wait for them some milliseconds. */
    private static final int TOGETHER = 64;

    private final FairScheduler scheduler;
    private final AttemptRecorder recorder;
    private final AttemptSender attempts;
    private final EndpointCache endpoints;
    private final Leases leases;
    private final Replica replica;
    private final Pacer pacer;
    private final ExecutorService executor;
    private final Duration needed;
    private final Pulse pulse = new Pulse("dispatcher");
    private final Thread thread = pulse.thread(this::run);

    /**
     * Nothing departs before {@link #start}.
     *
     * @param executor for what waits for the database
     * @param needed what must be left of the lease for an attempt to begin
     */
    SendLoop(
            FairScheduler scheduler,
            AttemptRecorder recorder,
            AttemptSender attempts,
            EndpointCache endpoints,
            Leases leases,
            Replica replica,
            Pacer pacer,
            ExecutorService executor,
            Duration needed) {
        this.scheduler = scheduler;
        this.recorder = recorder;
        this.attempts = attempts;
        this.endpoints = endpoints;
        this.leases = leases;
        this.replica = replica;
        this.pacer = pacer;
        this.executor = executor;
        this.needed = needed;
    }

    /** Goes on until the scheduler is closed. */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            for (var taken = scheduler.take(TOGETHER); !taken.isEmpty(); taken = scheduler.take(TOGETHER)) {
                pulse.beats();
                while (recorder.isFull()) {
                    pulse.beats();
                    Thread.sleep(PAUSE_MILLIS);
                }
                send(taken);
                pulse.rests();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends these, those of one webhook in their order. The database must first know of the others that they may have begun. */
    private void send(List<Lease> taken) throws InterruptedException {
        var waiting = new ArrayList<Lease>();
        var webhooksThatWait = new HashSet<String>();
        for (var lease : taken) {
            if (lease.begun() && !webhooksThatWait.contains(lease.webhookId())) {
                depart(lease);
            } else {
                waiting.add(lease);
                webhooksThatWait.add(lease.webhookId());
            }
        }
        if (!waiting.isEmpty()) {
            sendNoted(waiting);
        }
    }

    private void sendNoted(List<Lease> waiting) throws InterruptedException {
        var noted = note(waiting.stream().filter(lease -> !lease.begun()).toList());
        var rest = new ArrayList<Lease>();
        for (var lease : waiting) {
            if (lease.begun() || noted.contains(lease.deliveryId())) {
                depart(lease);
            } else {
                rest.add(lease);
            }
        }
        leases.tryRelease(rest);
        rest.forEach(scheduler::done);
    }

    /** Tries for as long as anything may begin: while the database is away for a moment, all stays where it is. */
    private Set<UUID> note(List<Lease> waited) throws InterruptedException {
        while (true) {
            try {
                return leases.begin(replica.id(), waited);
            } catch (SQLException | RuntimeException e) {
                LOG.debugf("Retrying shortly: %s", e.getMessage());
                if (!replica.holdsFor(needed)) {
                    LOG.warnf(
                            "%d deliveries cannot start while the database does not respond: %s",
                            waited.size(), e.getMessage());
                    return Set.of();
                }
                Thread.sleep(LONGER_PAUSE_MILLIS);
            }
        }
    }

    private void depart(Lease lease) {
        if (!begin(lease)) {
            scheduler.done(lease);
        }
    }

    /** Whether its attempt is on its way; if not, it has gone back. */
    private boolean begin(Lease lease) {
        try {
            var target = endpoints.get(lease.webhookId());
            // Last, for all before may have waited for the database. The time before the id: a replica that begins anew
            // has
            // its new id before it has a lease.
            if (!replica.holdsFor(needed) || !lease.owner().equals(replica.id()) || !isTurnOf(lease, target)) {
                // Another replica may have it by now; what it is worth is decided in the next round.
                leases.release(List.of(lease));
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
                            "Delivery %s could not be released; a later sweep will release it: %s",
                            lease.deliveryId(), e.getMessage()));
        } catch (RuntimeException e) {
            lease.logIds()
                    .around(() -> LOG.errorf(
                            e, "Delivery %s could not be started; retrying in a minute", lease.deliveryId()));
            leases.putOff(lease);
        }
        return false;
    }

    private boolean isTurnOf(Lease lease, SendTarget target) {
        return target.pace() == null || !target.isActive() || pacer.isTurnOf(lease, target.pace());
    }

    private void attempt(Lease lease, SendTarget target) {
        attempts.make(lease, target).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result, isAwaited(lease, target));
                tryRelease(scheduler.done(lease, result.outcome()));
            } else {
                lease.logIds()
                        .around(() -> LOG.errorf(failure, "Delivery %s ended without a result", lease.deliveryId()));
                scheduler.done(lease);
                executor.execute(() -> leases.putOff(lease));
            }
        });
    }

    /** Whether other deliveries, or a person, wait until it is recorded. */
    private static boolean isAwaited(Lease lease, SendTarget target) {
        return lease.ordered() || target.pace() != null || lease.trigger() == Trigger.MANUAL;
    }

    /** Not in this thread, which is that of many connections. */
    private void tryRelease(List<Lease> unbegun) {
        if (!unbegun.isEmpty()) {
            executor.execute(() -> {
                leases.tryRelease(unbegun);
                scheduler.released(unbegun);
            });
        }
    }
}
