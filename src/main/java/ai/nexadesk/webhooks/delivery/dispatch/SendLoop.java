package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.pace.Pacer;
import ai.nexadesk.webhooks.delivery.queue.LeaseRegistry;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.tracing.WatchedTask;
import ai.nexadesk.webhooks.webhook.WebhookStatus;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/** Takes deliveries from the scheduler and starts their attempts while the lease permits. Runs in its own thread. */
final class SendLoop {

    private static final Logger LOG = Logger.getLogger(SendLoop.class);
    private static final long PAUSE_MILLIS = 10;
    private static final long LONGER_PAUSE_MILLIS = 100;

    /**
     * Maximum attempts started per batch. One statement marks the deliveries of a batch that have waited, which delays
     * the others by some milliseconds.
     */
    private static final int TOGETHER = 64;

    private final FairScheduler scheduler;
    private final AttemptRecorder recorder;
    private final AttemptSender attempts;
    private final EndpointCache endpoints;
    private final LeaseRegistry leases;
    private final Replica replica;
    private final Pacer pacer;
    private final AttemptMetrics metrics;
    private final ExecutorService executor;
    private final Duration needed;
    private final WatchedTask watched = new WatchedTask("dispatcher");
    private final Thread thread = watched.thread(this::run);

    /**
     * Does not send before {@link #start}.
     *
     * @param executor runs tasks that wait for the database
     * @param needed how long the lease must last for an attempt to begin
     */
    SendLoop(
            FairScheduler scheduler,
            AttemptRecorder recorder,
            AttemptSender attempts,
            EndpointCache endpoints,
            LeaseRegistry leases,
            Replica replica,
            Pacer pacer,
            AttemptMetrics metrics,
            ExecutorService executor,
            Duration needed) {
        this.scheduler = scheduler;
        this.recorder = recorder;
        this.attempts = attempts;
        this.endpoints = endpoints;
        this.leases = leases;
        this.replica = replica;
        this.pacer = pacer;
        this.metrics = metrics;
        this.executor = executor;
        this.needed = needed;
    }

    /** Runs until the scheduler is closed. */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            for (var taken = scheduler.take(TOGETHER); !taken.isEmpty(); taken = scheduler.take(TOGETHER)) {
                watched.heartbeat();
                while (recorder.isFull()) {
                    watched.heartbeat();
                    Thread.sleep(PAUSE_MILLIS);
                }
                send(taken);
                watched.idle();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends these deliveries, in order per webhook. Those that have waited must first be marked as begun in the
     * database.
     */
    private void send(List<LeasedDelivery> taken) throws InterruptedException {
        var waiting = new ArrayList<LeasedDelivery>();
        var webhooksThatWait = new HashSet<String>();
        for (var lease : taken) {
            if (lease.begun() && !webhooksThatWait.contains(lease.webhookId())) {
                startAttempt(lease);
            } else {
                waiting.add(lease);
                webhooksThatWait.add(lease.webhookId());
            }
        }
        if (!waiting.isEmpty()) {
            markAndSend(waiting);
        }
    }

    private void markAndSend(List<LeasedDelivery> waiting) throws InterruptedException {
        var marked = markBegun(waiting.stream().filter(lease -> !lease.begun()).toList());
        var rest = new ArrayList<LeasedDelivery>();
        for (var lease : waiting) {
            if (lease.begun() || marked.contains(lease.deliveryId())) {
                startAttempt(lease);
            } else {
                rest.add(lease);
            }
        }
        leases.tryRelease(rest);
        rest.forEach(scheduler::done);
    }

    /** Retries while attempts may begin, so that deliveries wait here during a short database outage. */
    private Set<UUID> markBegun(List<LeasedDelivery> waited) throws InterruptedException {
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

    private void startAttempt(LeasedDelivery lease) {
        if (!tryStart(lease)) {
            scheduler.done(lease);
        }
    }

    /** Returns whether the attempt was started; otherwise, the delivery was released. */
    private boolean tryStart(LeasedDelivery lease) {
        try {
            var target = endpoints.get(lease.webhookId());
            // Checked last, because the earlier steps may have waited for the database. The time is checked before the
            // ID, because a restarted replica has a new ID before it has a lease.
            if (!replica.holdsFor(needed) || !lease.owner().equals(replica.id()) || !isTurnOf(lease, target)) {
                // Another replica may have it by now. The next round will tell.
                leases.release(List.of(lease));
                return false;
            }
            if (target.isActive()) {
                attempt(lease, target);
            } else {
                end(lease, target);
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
            putOff(lease);
        }
        return false;
    }

    /** Cancels or holds this delivery and all that wait for the same webhook, which is not active. */
    private void end(LeasedDelivery lease, SendTarget target) throws SQLException {
        var all = scheduler.remove(lease.webhookId());
        all.add(lease);
        // Another replica may have just enabled or verified the webhook.
        endpoints.forget(lease.webhookId());
        try {
            if (target.status() == WebhookStatus.UNVERIFIED) {
                leases.hold(lease.webhookId(), all);
            } else {
                leases.cancel(all);
            }
        } finally {
            scheduler.released(all);
        }
    }

    private void putOff(LeasedDelivery lease) {
        metrics.putOff();
        leases.putOff(lease);
    }

    private boolean isTurnOf(LeasedDelivery lease, SendTarget target) {
        return target.pace() == null || !target.isActive() || pacer.isTurnOf(lease, target.pace());
    }

    private void attempt(LeasedDelivery lease, SendTarget target) {
        attempts.make(lease, target).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result, isAwaited(lease, target));
                tryRelease(scheduler.done(lease, result.outcome()));
            } else {
                lease.logIds()
                        .around(() -> LOG.errorf(failure, "Delivery %s ended without a result", lease.deliveryId()));
                scheduler.done(lease);
                executor.execute(() -> putOff(lease));
            }
        });
    }

    /** Whether other deliveries or a person are waiting for the result. */
    private static boolean isAwaited(LeasedDelivery lease, SendTarget target) {
        return lease.ordered() || target.pace() != null || lease.trigger() == Trigger.MANUAL;
    }

    /** Releases deliveries in another thread, because this one serves many connections. */
    private void tryRelease(List<LeasedDelivery> unbegun) {
        if (!unbegun.isEmpty()) {
            executor.execute(() -> {
                leases.tryRelease(unbegun);
                scheduler.released(unbegun);
            });
        }
    }
}
