package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.SqlAction;
import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliverySettings;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.dispatch.EndpointQueue.Origin;
import ai.nexadesk.webhooks.delivery.health.AttemptCounts;
import ai.nexadesk.webhooks.delivery.pace.Pacer;
import ai.nexadesk.webhooks.delivery.queue.AttemptStore;
import ai.nexadesk.webhooks.delivery.queue.ClaimCursor;
import ai.nexadesk.webhooks.delivery.queue.LeaseRegistry;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.event.FirstDelivery;
import ai.nexadesk.webhooks.event.Handoff;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;

/**
 * Attempts the deliveries that this replica has leased. They come from publishing or from a claim, wait in the
 * scheduler and are sent. Their results go to the recorder. No database connection is held during a request.
 */
@ApplicationScoped
public class Dispatcher implements Handoff, AttemptRecorder.Listener {

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private static final long BYTES_IN_MEMORY = 64L << 20;

    /** An attempt may begin only if the lease lasts this long beyond the timeout. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final AttemptSender attempts;
    private final EndpointCache endpoints;
    private final LeaseRegistry leases;
    private final ClaimCursor claims;
    private final Replica replica;
    private final Pacer pacer;
    private final AttemptMetrics metrics;
    private final AttemptTrace trace;
    private final AttemptCounts counts;
    private final ExecutorService executor;
    private final Duration timeout;
    private final FairScheduler scheduler;
    private final AttemptRecorder recorder;
    private final Set<OpenIntake> intakes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean claimingSoon = new AtomicBoolean();
    private final SendLoop sendLoop;
    private volatile boolean stopping;

    Dispatcher(
            AttemptSender attempts,
            EndpointCache endpoints,
            LeaseRegistry leases,
            ClaimCursor claims,
            AttemptStore store,
            Replica replica,
            Pacer pacer,
            AttemptMetrics metrics,
            AttemptTrace trace,
            AttemptCounts counts,
            @Engine ExecutorService executor,
            DeliverySettings settings) {
        this.attempts = attempts;
        this.endpoints = endpoints;
        this.leases = leases;
        this.claims = claims;
        this.replica = replica;
        this.pacer = pacer;
        this.metrics = metrics;
        this.trace = trace;
        this.counts = counts;
        this.executor = executor;
        this.timeout = settings.timeout();
        var limits = new FairScheduler.Limits(settings.inFlightPerWebhook(), settings.inFlight(), BYTES_IN_MEMORY);
        this.scheduler = new FairScheduler(limits, this::claimSoon);
        this.recorder = new AttemptRecorder(store, this);
        this.sendLoop = new SendLoop(
                scheduler,
                recorder,
                attempts,
                endpoints,
                leases,
                replica,
                pacer,
                metrics,
                executor,
                timeout.plus(MARGIN));
    }

    void start(@Observes StartupEvent event) throws SQLException {
        replica.renew();
        recorder.start();
        sendLoop.start();
        pacer.open(new PacedSender());
    }

    /**
     * Waits for requests in flight, records their results and releases the rest, so that other replicas continue
     * immediately.
     */
    void stop(@Observes ShutdownEvent event) throws InterruptedException, SQLException {
        claimNoMore();
        leases.tryRelease(pacer.close());
        scheduler.close();
        leases.tryRelease(scheduler.drain());
        scheduler.awaitIdle(timeout.plus(MARGIN).toMillis());
        recorder.close(timeout.toMillis());
        replica.end();
    }

    /** Waits for a claim in progress, which queues the deliveries that it has leased, and prevents others. */
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
        private final @Nullable UUID owner = mayClaim() && scheduler.hasRoom(Origin.PUBLISHED) ? replica.id() : null;
        private final Terms terms = new Terms(owner, pacer.withPaced(scheduler.full()), scheduler.busy());

        @Override
        public Terms terms() {
            return terms;
        }

        @Override
        public void accept(List<FirstDelivery> deliveries, Set<String> unleased) {
            if (owner != null && !deliveries.isEmpty()) {
                var leased = deliveries.stream()
                        .map(delivery -> LeasedDelivery.of(delivery, owner))
                        .toList();
                enqueue(leased, Origin.PUBLISHED);
            }
            ready(unleased);
        }

        @Override
        public void close() {
            intakes.remove(this);
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    /** Sends paced deliveries when it is their turn. */
    private final class PacedSender implements Pacer.Sending {

        @Override
        public @Nullable UUID owner() {
            return mayClaim() ? replica.id() : null;
        }

        @Override
        public int slots(String webhookId) {
            return scheduler.slots(webhookId);
        }

        @Override
        public void send(LeasedDelivery lease) {
            enqueue(List.of(lease), Origin.CLAIMED);
        }
    }

    /**
     * Queues leased deliveries, and releases those for which there is no room.
     *
     * @return whether there was room for all
     */
    private boolean enqueue(List<LeasedDelivery> leased, Origin origin) {
        leased.forEach(leases::add);
        var refused = scheduler.offer(leased, origin);
        leases.tryRelease(refused);
        scheduler.released(refused);
        return refused.isEmpty();
    }

    /**
     * Renews this replica's lease. If the lease was lost, releases the deliveries in the scheduler and continues as a
     * new replica.
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
            leases.release(scheduler.drain());
            replica.renew();
        }
    }

    /** Leases due deliveries of paced webhooks when it is their turn. */
    void claimPaced() throws SQLException {
        scheduler.waitInDatabase(pacer.refresh());
    }

    /** Leases due deliveries and queues them, while there are more and there is room. */
    synchronized void claimDue() throws SQLException {
        boolean more = true;
        while (more && mayClaim() && scheduler.hasRoom(Origin.CLAIMED)) {
            long began = scheduler.sequence();
            var saturated = pacer.withPaced(Set.copyOf(scheduler.saturated()));
            var claim = claims.next(replica.id(), saturated);
            more = enqueue(claim.leases(), Origin.CLAIMED) && claim.maybeMore();
            claim.cutShort().forEach(scheduler::hasMore);
            scheduler.fetched(began, webhook -> claim.hasAllOf(webhook) && !saturated.contains(webhook));
        }
    }

    /** Deliveries that waited for a webhook to be verified or enabled precede events published from now on. */
    void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) WebhookChanged change) {
        scheduler.waitInDatabase(Set.of(change.id()));
    }

    private void claimSoon() {
        if (claimingSoon.compareAndSet(false, true)) {
            soon(() -> {
                claimingSoon.set(false);
                claimDue();
            });
        }
    }

    private void soon(SqlAction claim) {
        executor.execute(() -> {
            try {
                claim.run();
            } catch (SQLException | RuntimeException e) {
                LOG.warnf("Claiming failed; the next sweep will retry: %s", e.getMessage());
            }
        });
    }

    /** Leases and queues this delivery, which somebody retries. If it has to wait, a later claim gets it. */
    public void claimSoon(UUID delivery, String webhookId) {
        soon(() -> {
            // Another replica may have just changed the webhook.
            endpoints.forget(webhookId);
            if (pacer.withoutPaced(Set.of(webhookId)).isEmpty()) {
                pacer.ready(Set.of(webhookId));
            } else {
                claim(delivery);
            }
        });
    }

    private synchronized void claim(UUID delivery) throws SQLException {
        if (mayClaim() && scheduler.hasRoom(Origin.CLAIMED)) {
            claims.one(replica.id(), delivery).ifPresent(lease -> enqueue(List.of(lease), Origin.CLAIMED));
        }
    }

    /** How busy this replica is. */
    public DispatcherLoad load() {
        return scheduler.load(recorder.backlog());
    }

    /** How long the database has failed to accept the results being recorded. */
    Duration resultsAge() {
        return recorder.age();
    }

    /**
     * Releases deliveries that this replica owns but has forgotten. Must not run during a claim, whose deliveries are
     * registered only after it. Deliveries of events being published are not affected: they are newer than the oldest
     * open intake, even if the commit takes long or the process is frozen.
     */
    public synchronized void releaseForgotten() throws SQLException {
        var now = leases.now();
        var oldest = intakes.stream().map(OpenIntake::age).max(Comparator.naturalOrder());
        pacer.whileNotClaiming(() -> leases.releaseForgotten(
                replica.id(), now.minus(oldest.orElse(Duration.ZERO)).minus(MARGIN)));
    }

    /** Advances record queues whose first delivery ended without an attempt or with its replica. */
    public void advanceStuck() throws SQLException {
        ready(leases.advanceStuck());
    }

    private boolean mayClaim() {
        return !stopping && replica.holdsFor(timeout.plus(MARGIN));
    }

    @Override
    public void recorded(AttemptResult result) {
        leases.remove(result.lease());
        metrics.recorded(result);
        trace.recorded(result);
        counts.recorded(result);
        pacer.ended(result.lease());
    }

    @Override
    public void ready(Set<String> webhooks) {
        scheduler.waitInDatabase(pacer.withoutPaced(webhooks));
        pacer.ready(webhooks);
    }

    @Override
    public void refused(AttemptResult result) {
        metrics.putOff();
        leases.putOff(result.lease());
    }

    /**
     * Attempts a delivery that was stored with a lease of this replica, without the scheduler, and records the result.
     *
     * @return the result; completes before the result is durable
     */
    CompletionStage<AttemptResult> attemptNow(FirstDelivery delivery, UUID owner, SendTarget target) {
        var lease = LeasedDelivery.of(delivery, owner);
        leases.add(lease);
        var turn = target.pace() == null
                ? CompletableFuture.<@Nullable Void>completedStage(null)
                : pacer.count(lease, target.pace());
        return turn.thenCompose(now -> attempts.make(lease, target)).whenComplete((result, failure) -> {
            if (failure == null) {
                recorder.add(result, true);
            } else {
                leases.remove(lease);
            }
        });
    }
}
