package ai.nexadesk.webhooks.delivery.pace;

import ai.nexadesk.webhooks.database.SqlAction;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.queue.LeaseRegistry;
import ai.nexadesk.webhooks.delivery.queue.PacedQueue;
import ai.nexadesk.webhooks.delivery.queue.Turns;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jakarta.inject.Singleton;

/**
 * Starts the deliveries of paced webhooks when it is their turn. Until shortly before, they wait in the database, so
 * any replica can send them and none is lost with a replica.
 */
@Singleton
public class Pacer {

    private static final Logger LOG = Logger.getLogger(Pacer.class);
    private static final int AT_ONCE = 64;

    /** A ping waits at most this long for its turn. */
    private static final Duration PING_WAITS = Duration.ofMillis(1_500);

    /** A delivery that missed its turn gets another one after this time. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** The sending side. */
    public interface Sending {

        /** The owner to lease deliveries for; null if none may be leased now. */
        @Nullable
        UUID owner();

        /** The number of additional requests to this webhook that this replica may have in flight. */
        int slots(String webhookId);

        /** Sends a leased delivery as soon as possible. */
        void send(LeasedDelivery lease);
    }

    /** A delivery and its turn. */
    private record Turn(LeasedDelivery lease, Turns turns, int number) {
        boolean isOver() {
            return turns.isOver(number, System.nanoTime());
        }
    }

    private final PacedQueue queue;
    private final LeaseRegistry leases;
    private final InstantSource clock;
    private final Counter missed;

    /** Separate threads, so that webhooks without a pace never wait for claims of paced ones. */
    private final ExecutorService claims = Executors.newFixedThreadPool(2, task -> new Thread(task, "pace-claims"));

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "pace"));

    /** By webhook ID. */
    private final Map<String, PacedWebhook> paced = new ConcurrentHashMap<>();

    private final Map<UUID, Turn> turns = new ConcurrentHashMap<>();

    /** Claims share the read lock. The holder of the write lock sees everything that was claimed. */
    private final ReadWriteLock claiming = new ReentrantReadWriteLock();

    private volatile @Nullable Sending sender;

    Pacer(PacedQueue queue, LeaseRegistry leases, InstantSource clock, MeterRegistry metrics) {
        this.queue = queue;
        this.leases = leases;
        this.clock = clock;
        Gauge.builder("nexadesk.pace.webhooks", paced, Map::size)
                .description("Active webhooks with a pace")
                .register(metrics);
        this.missed = Counter.builder("nexadesk.pace.missed")
                .description("Turns that passed before this replica could use them; their deliveries get another one")
                .register(metrics);
    }

    /** Starts claiming. */
    public void open(Sending sender) {
        this.sender = sender;
    }

    /**
     * Stops claiming.
     *
     * @return claimed deliveries that wait for their turn; the caller must release them
     */
    public List<LeasedDelivery> close() {
        sender = null;
        claims.shutdown();
        claiming.writeLock().lock();
        claiming.writeLock().unlock();
        timer.shutdownNow();
        // A delivery whose turn is removed elsewhere meanwhile is being sent.
        return turns.keySet().stream()
                .map(turns::remove)
                .filter(Objects::nonNull)
                .map(Turn::lease)
                .toList();
    }

    /** Runs an action that needs to know all deliveries that this replica has leased, while nothing is being claimed. */
    public void whileNotClaiming(SqlAction action) throws SQLException {
        claiming.writeLock().lock();
        try {
            action.run();
        } finally {
            claiming.writeLock().unlock();
        }
    }

    /** The webhooks among these that have no pace. */
    public Set<String> withoutPaced(Set<String> webhooks) {
        if (paced.isEmpty() || webhooks.isEmpty()) {
            return webhooks;
        }
        var rest = new HashSet<>(webhooks);
        rest.removeAll(paced.keySet());
        return rest;
    }

    /** These webhooks and all webhooks with a pace. */
    public Set<String> withPaced(Set<String> webhooks) {
        if (paced.isEmpty()) {
            return webhooks;
        }
        var all = new HashSet<>(webhooks);
        all.addAll(paced.keySet());
        return all;
    }

    /**
     * Reads which webhooks have a pace, and which of them have due deliveries.
     *
     * @return the webhooks that no longer have a pace
     */
    public Set<String> refresh() throws SQLException {
        var found = queue.all(clock.instant());
        found.forEach((id, one) -> {
            var webhook = webhook(id, one.pace());
            if (one.isDue()) {
                webhook.setFull(false);
                claim(webhook);
            }
        });
        var gone = new HashSet<>(paced.keySet());
        gone.removeAll(found.keySet());
        paced.keySet().removeAll(gone);
        turns.values()
                .removeIf(turn -> turn.isOver() || gone.contains(turn.lease.webhookId()) || !leases.holds(turn.lease));
        return gone;
    }

    private PacedWebhook webhook(String webhookId, Pace pace) {
        var webhook = paced.computeIfAbsent(webhookId, PacedWebhook::new);
        webhook.pace = pace;
        return webhook;
    }

    /** Notes that deliveries of these webhooks are ready in the database. */
    public void ready(Collection<String> webhookIds) {
        if (!paced.isEmpty()) {
            webhookIds.stream().map(paced::get).filter(Objects::nonNull).forEach(this::claim);
        }
    }

    /** Notes that an attempt has ended. */
    public void ended(LeasedDelivery lease) {
        var webhook = paced.get(lease.webhookId());
        if (webhook != null) {
            webhook.setFull(false);
            claim(webhook);
        }
    }

    /**
     * Whether it is the turn of this delivery of a paced webhook; if not, the caller must release it, and it will get
     * another turn.
     */
    public boolean isTurnOf(LeasedDelivery lease, Pace pace) {
        var turn = turns.remove(lease.deliveryId());
        boolean isTurn = turn != null && turn.lease == lease && !turn.isOver();
        if (!isTurn) {
            if (turn != null) {
                missed.increment();
            }
            var webhook = webhook(lease.webhookId(), pace);
            webhook.setFull(false);
            later(webhook, PAUSE.toNanos());
        }
        return isTurn;
    }

    /** Counts a ping. Completes when it is the ping's turn, or after the maximum wait. */
    public CompletionStage<@Nullable Void> count(LeasedDelivery ping, Pace pace) {
        return CompletableFuture.supplyAsync(() -> waitOf(ping, pace), claims)
                .thenCompose(wait -> CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(wait, TimeUnit.MICROSECONDS)));
    }

    private long waitOf(LeasedDelivery ping, Pace pace) {
        try {
            var wait = queue.count(ping.deliveryId(), ping.webhookId(), pace);
            return wait == null || pace.perSecond() == null
                    ? 0
                    : Math.min(wait, TimeUnit.NANOSECONDS.toMicros(PING_WAITS.toNanos()));
        } catch (SQLException e) {
            LOG.debugf("A ping could not be counted: %s", e.getMessage());
            return 0;
        }
    }

    private void claim(PacedWebhook webhook) {
        if (sender != null && webhook.tryStartClaim(System.nanoTime())) {
            claims.execute(() -> {
                do {
                    try {
                        claimNow(webhook);
                    } catch (SQLException | RuntimeException e) {
                        LOG.warnf(
                                "Claiming at the pace of webhook %s failed; the next sweep will retry: %s",
                                webhook.webhookId, e.getMessage());
                    }
                } while (webhook.continueClaim(System.nanoTime()));
            });
        }
    }

    private void claimNow(PacedWebhook webhook) throws SQLException {
        claiming.readLock().lock();
        try {
            var current = sender;
            var owner = current == null ? null : current.owner();
            if (current == null || owner == null) {
                return;
            }
            int slots = Math.min(AT_ONCE, current.slots(webhook.webhookId) - webhook.waiting());
            if (slots <= 0) {
                webhook.setFull(true);
                return;
            }
            var claim = queue.claim(owner, webhook.webhookId, webhook.pace, slots, clock.instant());
            for (int i = 0; i < claim.leases().size(); i++) {
                var lease = claim.leases().get(i);
                leases.add(lease);
                turns.put(lease.deliveryId(), new Turn(lease, claim.turns(), i));
                webhook.addWaiting(1);
                timer.schedule(
                        () -> {
                            webhook.addWaiting(-1);
                            current.send(lease);
                        },
                        claim.turns().from(i) - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
            }
            webhook.setFull(claim.isFull());
            if (claim.maybeMore()) {
                webhook.nextTurnAt(System.nanoTime() + claim.nanosToNext());
                later(webhook, claim.nanosToNext());
            }
        } finally {
            claiming.readLock().unlock();
        }
    }

    private void later(PacedWebhook webhook, long nanos) {
        if (!timer.isShutdown()) {
            timer.schedule(() -> claim(webhook), nanos, TimeUnit.NANOSECONDS);
        }
    }
}
