package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.delivery.Lane.Origin;
import ai.nexadesk.webhooks.event.Dispatch;
import ai.nexadesk.webhooks.event.FirstDelivery;
import ai.nexadesk.webhooks.tracing.LogIds;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Attempts what this replica has leased. Deliveries come in leased, from publishing or from a claim, wait in lanes, are sent,
 * and their results go to the recorder. Nothing in the database is held meanwhile.
 */
@ApplicationScoped
public class Dispatcher implements Dispatch, Recorder.Listener {

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private static final long BYTES_IN_MEMORY = 64L << 20;

    /** What must be left of the lease, beyond the timeout, for an attempt to begin. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Attempts attempts;
    private final Leases leases;
    private final Claims claims;
    private final Replica replica;
    private final AttemptMetrics metrics;
    private final AttemptTrace trace;
    private final FailureWatch failures;
    private final ExecutorService executor;
    private final Duration timeout;
    private final Lanes lanes;
    private final Recorder recorder;
    private final Set<OpenIntake> intakes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean claimingSoon = new AtomicBoolean();
    private final Departures departures;
    private volatile boolean stopping;

    Dispatcher(
            Attempts attempts,
            Targets targets,
            Leases leases,
            Claims claims,
            AttemptStore store,
            Replica replica,
            AttemptMetrics metrics,
            AttemptTrace trace,
            FailureWatch failures,
            ExecutorService executor,
            Settings settings) {
        this.attempts = attempts;
        this.leases = leases;
        this.claims = claims;
        this.replica = replica;
        this.metrics = metrics;
        this.trace = trace;
        this.failures = failures;
        this.executor = executor;
        this.timeout = settings.delivery().timeout();
        checkLease(settings.delivery().lease(), timeout);
        var limits = new Lanes.Limits(
                settings.delivery().inFlightPerWebhook(), settings.delivery().inFlight(), BYTES_IN_MEMORY);
        this.lanes = new Lanes(limits, this::claimSoon);
        this.recorder = new Recorder(store, this);
        this.departures =
                new Departures(lanes, recorder, attempts, targets, leases, replica, executor, timeout.plus(MARGIN));
    }

    private static void checkLease(Duration lease, Duration timeout) {
        if (lease.compareTo(timeout.plus(MARGIN)) <= 0) {
            throw new ConfigurationException(
                    "nexadesk.delivery.lease is " + lease.toMillis() + " ms, which is too short:"
                            + " it must be longer than nexadesk.delivery.timeout plus one second, "
                            + timeout.plus(MARGIN).toMillis() + " ms. Use about three times the timeout.");
        }
    }

    void start(@Observes StartupEvent event) throws SQLException {
        replica.renew();
        recorder.start();
        departures.start();
    }

    /** Lets what is in flight end, records it and hands the rest back, so that another replica goes on at once. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException, SQLException {
        claimNoMore();
        lanes.close();
        leases.handBack(lanes.drain());
        lanes.awaitIdle(timeout.plus(MARGIN).toMillis());
        recorder.close(timeout.toMillis());
        replica.end();
    }

    /** Waits for a claim that is under way, which lines up what it has leased. */
    private synchronized void claimNoMore() {
        stopping = true;
    }

    @Override
    public Intake open() {
        var intake = new OpenIntake();
        intakes.add(intake);
        return intake;
    }

    private final class OpenIntake implements Intake {

        private final long sinceNanos = System.nanoTime();
        private final @Nullable UUID owner = mayClaim() && lanes.hasRoom(Origin.PUBLISHED) ? replica.id() : null;
        private final Terms terms = new Terms(owner, lanes.full(), lanes.busy());

        @Override
        public Terms terms() {
            return terms;
        }

        @Override
        public void accept(List<FirstDelivery> deliveries) {
            if (owner != null && !deliveries.isEmpty()) {
                var leased = deliveries.stream()
                        .map(delivery -> Lease.of(delivery, owner))
                        .toList();
                lineUp(leased, Origin.PUBLISHED);
            }
        }

        @Override
        public void close() {
            intakes.remove(this);
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    /**
     * Lines up what was leased; what finds no room goes back to the database.
     *
     * @return whether all found room
     */
    private boolean lineUp(List<Lease> leased, Origin origin) {
        leased.forEach(leases::add);
        var refused = lanes.offer(leased, origin);
        leases.handBack(refused);
        return refused.isEmpty();
    }

    /**
     * Renews this replica's lease. If it was lost meanwhile, what waits in the lanes goes back to the database, and this
     * process goes on as a new replica.
     */
    void renewLease() throws SQLException {
        if (stopping) {
            return;
        }
        if (!replica.hasLost()) {
            replica.renew();
        }
        if (replica.hasLost()) {
            LOG.warn(
                    "The lease was lost: the process was frozen or the database did not respond. Starting over as a new replica.");
            replica.beginAnew();
            leases.giveBack(lanes.drain());
            replica.renew();
        }
    }

    /** Leases what is due and lines it up, for as long as there is more and room for it. */
    synchronized void claimDue() throws SQLException {
        boolean goOn = true;
        while (goOn && mayClaim() && lanes.hasRoom(Origin.CLAIMED)) {
            var claim = claims.next(replica.id(), lanes.sated());
            goOn = lineUp(claim.leases(), Origin.CLAIMED) && claim.maybeMore();
            claim.cutShort().forEach(lanes::hasMore);
        }
    }

    private void claimSoon() {
        if (claimingSoon.compareAndSet(false, true)) {
            executor.execute(() -> {
                claimingSoon.set(false);
                try {
                    claimDue();
                } catch (SQLException | RuntimeException e) {
                    LOG.warnf("Claiming failed; the next sweep will retry: %s", e.getMessage());
                }
            });
        }
    }

    /** How busy this replica is. */
    Load load() {
        return lanes.load(recorder.backlog());
    }

    /**
     * Never while leases are being taken: what is claimed is known here only a moment later. Nor what is being published: stored after
     * its intake was opened, it is younger than that, however long a commit may take or this process stand still.
     */
    synchronized void giveBackForgotten() throws SQLException {
        var now = leases.now();
        var oldest = intakes.stream().map(OpenIntake::age).max(Comparator.naturalOrder());
        leases.giveBackForgotten(
                replica.id(), now.minus(oldest.orElse(Duration.ZERO)).minus(MARGIN));
    }

    private boolean mayClaim() {
        return !stopping && replica.holdsFor(timeout.plus(MARGIN));
    }

    @Override
    public void recorded(Result result) {
        leases.remove(result.lease());
        metrics.recorded(result);
        trace.recorded(result);
        failures.recorded(result);
        if (result.verdict().gone()) {
            executor.execute(() -> disableGone(result.lease().webhookId()));
        }
    }

    @Override
    public void refused(Result result) {
        leases.putOff(result.lease());
    }

    /** Apart from recording, which must not wait for whoever else changes the webhook. */
    private void disableGone(String webhookId) {
        try {
            failures.gone(webhookId);
        } catch (RuntimeException e) {
            LogIds.of("webhookId", webhookId)
                    .around(() -> LOG.warnf(
                            "Webhook %s returned 410 but could not be disabled; the next 410 will retry: %s",
                            webhookId, e));
        }
    }

    /**
     * Makes the attempt of a delivery that was stored leased to this replica, apart from the lanes, and records it.
     *
     * @return the result; complete before it is durable
     */
    CompletionStage<Result> attemptNow(FirstDelivery delivery, UUID owner, Target target) {
        var lease = Lease.of(delivery, owner);
        leases.add(lease);
        return attempts.make(lease, target).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result);
            } else {
                leases.remove(lease);
            }
        });
    }
}
