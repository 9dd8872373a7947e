package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.event.Dispatch;
import ai.nexadesk.webhooks.event.FirstDelivery;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Attempts what this replica has leased. Deliveries come in leased, from publishing or from the sweep, wait in lanes, are sent,
 * and their results go to the recorder. Nothing in the database is held meanwhile.
 */
@ApplicationScoped
public class Dispatcher implements Dispatch {

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private static final int WAITING_PER_LANE = 1_000;
    private static final long WAITING_BYTES = 64L << 20;
    private static final int CLAIM_PER_WEBHOOK = 50;
    private static final int CLAIM_IN_ALL = 1_000;
    private static final int RECORDER_BACKLOG = 5_000;

    /** What must be left of the lease, beyond the timeout, for an attempt to begin. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    /** How long a delivery waits that could not be begun, or whose attempt ended without a result. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Attempts attempts;
    private final Targets targets;
    private final WorkQueue queue;
    private final Webhooks webhooks;
    private final Replica replica;
    private final InstantSource clock;
    private final Duration timeout;
    private final Lanes lanes;
    private final Recorder recorder;

    /** What this process knows that it has leased: in the lanes, on the way, or waiting to be recorded. */
    private final Set<UUID> held = ConcurrentHashMap.newKeySet();

    private final Thread thread = new Thread(this::run, "dispatcher");
    private volatile boolean stopping;

    Dispatcher(
            Attempts attempts,
            Targets targets,
            WorkQueue queue,
            AttemptStore store,
            Webhooks webhooks,
            Replica replica,
            InstantSource clock,
            Settings settings) {
        this.attempts = attempts;
        this.targets = targets;
        this.queue = queue;
        this.webhooks = webhooks;
        this.replica = replica;
        this.clock = clock;
        this.timeout = settings.delivery().timeout();
        checkLease(settings.delivery().lease(), timeout);
        this.lanes = new Lanes(
                settings.delivery().inFlightPerWebhook(),
                settings.delivery().inFlight(),
                WAITING_PER_LANE,
                WAITING_BYTES);
        this.recorder = new Recorder(store, this::recorded);
    }

    private static void checkLease(Duration lease, Duration timeout) {
        if (lease.compareTo(timeout.plus(MARGIN)) <= 0) {
            throw new ConfigurationException(
                    "nexadesk.delivery.lease is " + lease.toMillis() + " ms, which is too short"
                            + " for any attempt: it must be more than nexadesk.delivery.timeout and one second together, "
                            + timeout.plus(MARGIN).toMillis() + " ms. Three times the timeout is wise.");
        }
    }

    void start(@Observes StartupEvent event) throws SQLException {
        replica.renew();
        recorder.start();
        thread.start();
    }

    /** Lets what is in flight end, records it and hands the rest back, so that another replica goes on at once. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException, SQLException {
        stopping = true;
        lanes.close();
        var unbegun = lanes.drain();
        lanes.awaitIdle(timeout.plus(MARGIN).toMillis());
        recorder.close(timeout.toMillis());
        release(unbegun);
        replica.end();
    }

    @Override
    public @Nullable UUID owner() {
        return !stopping && mayBegin() ? replica.id() : null;
    }

    @Override
    public Collection<String> fullLanes() {
        return lanes.full();
    }

    @Override
    public void accept(UUID owner, List<FirstDelivery> deliveries) {
        lineUp(deliveries.stream().map(delivery -> Lease.of(delivery, owner)).toList());
    }

    /** Lines up what was leased; what finds no room goes back to the database. */
    private void lineUp(List<Lease> leases) {
        leases.forEach(lease -> held.add(lease.deliveryId()));
        var refused = lanes.offer(leases);
        if (!refused.isEmpty()) {
            try {
                release(refused);
            } catch (SQLException e) {
                LOG.warnf("%d deliveries could not be handed back; a later sweep does it", refused.size());
            }
        }
    }

    private void release(List<Lease> leases) throws SQLException {
        leases.forEach(lease -> held.remove(lease.deliveryId()));
        for (var owned :
                leases.stream().collect(Collectors.groupingBy(Lease::owner)).entrySet()) {
            queue.release(
                    owned.getKey(),
                    owned.getValue().stream().map(Lease::deliveryId).toList());
        }
    }

    /**
     * Hands back what the database says this replica has leased but this process does not know of: where the connection broke
     * while a lease was taken or given back, nobody else would look after it for as long as this process lives.
     */
    void releaseForgotten() throws SQLException {
        int released = queue.releaseForgotten(replica.id(), held);
        if (released > 0) {
            LOG.infof("%d deliveries were leased and forgotten; they go on now", released);
        }
    }

    /**
     * Renews this replica's lease. If it was lost meanwhile, what waits in the lanes goes back to the database, and this
     * process goes on as a new replica.
     */
    void renewLease() throws SQLException {
        if (stopping) {
            return;
        }
        if (replica.hasLost()) {
            LOG.warn("The lease was lost: the process was frozen or the database did not answer. Beginning anew.");
            replica.beginAnew();
            var unbegun = lanes.drain();
            try {
                release(unbegun);
            } catch (SQLException e) {
                lanes.offer(unbegun);
                throw e;
            }
        }
        replica.renew();
    }

    /** Leases what is due and lines it up. */
    void claimDue() throws SQLException {
        var owner = owner();
        while (owner != null) {
            var claimed = queue.claim(owner, clock.instant(), CLAIM_PER_WEBHOOK, lanes.full(), CLAIM_IN_ALL);
            lineUp(claimed);
            if (claimed.size() < CLAIM_IN_ALL) {
                return;
            }
            owner = owner();
        }
    }

    private boolean mayBegin() {
        return replica.holdsFor(timeout.plus(MARGIN));
    }

    private void run() {
        try {
            for (var lease = lanes.take(); lease != null; lease = lanes.take()) {
                while (recorder.backlog() > RECORDER_BACKLOG) {
                    Thread.sleep(10);
                }
                begin(lease);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(Lease lease) {
        try {
            if (!lease.owner().equals(replica.id()) || !mayBegin()) {
                // Another replica may have it by now; what it is worth is decided by the sweep.
                lanes.done(lease);
                release(List.of(lease));
                return;
            }
            var target = targets.get(lease.webhookId());
            switch (target.status()) {
                case ACTIVE -> attempt(lease, target);
                case UNVERIFIED -> putBack(lease, true);
                case DISABLED -> putBack(lease, false);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.errorf(e, "Delivery %s could not be begun; it is tried again in a minute", lease.deliveryId());
            lanes.done(lease);
            putOff(lease);
        }
    }

    private void attempt(Lease lease, Target target) {
        attempts.make(lease, target).whenComplete((result, failure) -> {
            lanes.done(lease);
            if (failure == null) {
                recorder.add(result);
            } else {
                LOG.errorf(failure, "Delivery %s ended without a result", lease.deliveryId());
                putOff(lease);
            }
        });
    }

    private void putOff(Lease lease) {
        held.remove(lease.deliveryId());
        try {
            queue.putOff(lease.owner(), lease.deliveryId(), clock.instant().plus(PAUSE));
        } catch (SQLException e) {
            LOG.warnf("Delivery %s could not be put off; a later sweep hands it back", lease.deliveryId());
        }
    }

    private void putBack(Lease lease, boolean hold) throws SQLException {
        lanes.done(lease);
        if (hold) {
            release(List.of(lease));
            queue.hold(lease.webhookId());
        } else {
            held.remove(lease.deliveryId());
            queue.cancel(lease.owner(), List.of(lease.deliveryId()));
        }
    }

    private void recorded(Result result) {
        held.remove(result.lease().deliveryId());
        if (result.verdict().gone()) {
            webhooks.disableGone(result.lease().webhookId());
        }
    }

    /**
     * Makes the attempt of a delivery that was stored leased to this replica, apart from the lanes, and records it.
     *
     * @return the result; complete before it is durable
     */
    CompletionStage<Result> attemptNow(FirstDelivery delivery, UUID owner, Target target) {
        held.add(delivery.id());
        return attempts.make(Lease.of(delivery, owner), target).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result);
            } else {
                held.remove(delivery.id());
            }
        });
    }
}
