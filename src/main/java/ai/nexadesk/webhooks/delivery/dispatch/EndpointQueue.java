package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.outbound.Outcome;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The deliveries of one webhook that wait in memory, and the limit on its requests in flight, which is reduced while
 * its endpoint fails or hangs. Guarded by the lock of {@link FairScheduler}.
 */
final class EndpointQueue {

    /** The origin of a delivery. */
    enum Origin {
        /** From publishing, directly after the commit. */
        PUBLISHED,
        /** From the database: a retry, or a delivery for which there was no room. */
        CLAIMED
    }

    /** Maximum waiting deliveries per origin. A failing queue accepts fewer published ones. */
    static final int WAITING = 1_000;

    private static final int WAITING_WHILE_FAILING = 32;

    /** The limits of a low-priority queue are divided by this. */
    private static final int LOW_PRIORITY_SHARE = 4;

    /** When this few claimed deliveries are left, more are fetched. */
    private static final int LOW = 32;

    /** Deliveries that wait for at most this many rounds of requests count as able to start immediately. */
    private static final int ROUNDS = 4;

    /** Maximum bytes of bodies per turn; a longer body waits for several turns. */
    private static final int BYTES_A_TURN = 32 * 1024;

    /** The endpoint counts as down above this failure rate, a moving average in which each attempt weighs one tenth. */
    private static final double DOWN = 0.7;

    private static final double WEIGHT = 0.1;

    /** Endpoints that are slower than this on average have low priority. */
    private static final double SLOW_MILLIS = 1_000;

    final String webhookId;

    /** Bytes of bodies in memory, waiting and in flight. */
    long bytes;

    /** The part of {@link #bytes} that counts toward the limit of low-priority queues. */
    long lowPriorityBytes;

    /** Whether it is in one of the queues of {@link FairScheduler}. */
    boolean isListed;

    /** Whether the database has more deliveries than were claimed. */
    boolean hasMore;

    /** The last time at which due deliveries were known to wait in the database, as a sequence number; 0 when all were fetched. */
    long waitInDatabaseSince;

    private final int mostInFlight;
    private final long mostBytes;
    private final ArrayDeque<LeasedDelivery> published = new ArrayDeque<>();
    private final ArrayDeque<LeasedDelivery> claimed = new ArrayDeque<>();
    private boolean claimedIsNext;
    private int inFlight;
    private int mayBeInFlight;
    private long bytesLeftOfTurn;
    private double failing;
    private double millis;

    EndpointQueue(String webhookId, int mostInFlight, long mostBytes) {
        this.webhookId = webhookId;
        this.mostInFlight = mostInFlight;
        this.mostBytes = mostBytes;
        this.mayBeInFlight = mostInFlight;
    }

    void add(LeasedDelivery lease, Origin origin) {
        (origin == Origin.CLAIMED ? claimed : published).add(lease);
        bytes += lease.body().length;
    }

    /** Whether it has room. It may exceed the limit by one body, because the last one can be long. */
    boolean hasRoom(Origin origin) {
        return waiting(origin) < (origin == Origin.PUBLISHED && isFailing() ? WAITING_WHILE_FAILING : WAITING)
                && bytes < bytesAllowed();
    }

    /** Whether more claimed deliveries should be fetched. */
    boolean isLow() {
        return claimed.size() < LOW && bytes < bytesAllowed() / 2;
    }

    private long bytesAllowed() {
        return isLowPriority() ? mostBytes / LOW_PRIORITY_SHARE : mostBytes;
    }

    /** Removes waiting deliveries above the current limits, the latest first. */
    void removeExcess(List<LeasedDelivery> leases) {
        while (published.size() > WAITING_WHILE_FAILING && isFailing()) {
            leases.add(take(published.removeLast()));
        }
        while (bytes > bytesAllowed() && !(published.isEmpty() && claimed.isEmpty())) {
            leases.add(take(published.isEmpty() ? claimed.removeLast() : published.removeLast()));
        }
    }

    private LeasedDelivery take(LeasedDelivery lease) {
        bytes -= lease.body().length;
        return lease;
    }

    int waiting(Origin origin) {
        return (origin == Origin.CLAIMED ? claimed : published).size();
    }

    /** The number of additional deliveries that could start immediately. */
    int slots() {
        return mayBeInFlight - inFlight - published.size() - claimed.size();
    }

    boolean mayBegin() {
        return inFlight < mayBeInFlight && !(published.isEmpty() && claimed.isEmpty());
    }

    /**
     * Removes the next delivery. First attempts start in the order of publication and alternate with retries, so that
     * neither waits forever.
     *
     * @return null if its body is longer than the rest of this turn
     */
    @Nullable
    LeasedDelivery begin() {
        var source = takesClaimed() ? claimed : published;
        bytesLeftOfTurn += BYTES_A_TURN;
        int length = source.element().body().length;
        if (length > bytesLeftOfTurn) {
            return null;
        }
        bytesLeftOfTurn = Math.min(bytesLeftOfTurn - length, BYTES_A_TURN);
        claimedIsNext = source == published;
        inFlight++;
        return source.remove();
    }

    private boolean takesClaimed() {
        if (claimed.isEmpty() || published.isEmpty()) {
            return published.isEmpty();
        }
        var head = claimed.element();
        return head.attempts() == 0
                ? head.deliveryId().compareTo(published.element().deliveryId()) < 0
                : claimedIsNext;
    }

    /** Ends a started delivery, or one that was released without an attempt. */
    void end(LeasedDelivery lease) {
        inFlight--;
        take(lease);
    }

    /** Updates the endpoint's averages after an attempt. */
    void learn(Outcome outcome) {
        failing += WEIGHT * ((outcome.succeeded() ? 0 : 1) - failing);
        millis += WEIGHT * (outcome.duration().toMillis() - millis);
        if (outcome.succeeded()) {
            mayBeInFlight = Math.min(mostInFlight, mayBeInFlight + 1);
        } else if (failing >= DOWN) {
            mayBeInFlight = 1;
        } else if (outcome instanceof Outcome.NoResponse) {
            mayBeInFlight = Math.max(1, mayBeInFlight / 2);
        }
    }

    /** Whether it has low priority, because its endpoint is slow or failing. */
    boolean isLowPriority() {
        return isFailing() || millis >= SLOW_MILLIS;
    }

    private boolean isFailing() {
        return failing >= DOWN || mayBeInFlight <= mostInFlight / 2;
    }

    /** Whether added deliveries have to wait. */
    boolean isBusy() {
        return published.size() + claimed.size() >= ROUNDS * mayBeInFlight;
    }

    /** Whether it can be forgotten. */
    boolean isIdle() {
        return inFlight == 0 && waitInDatabaseSince == 0 && isEmpty();
    }

    /** Whether no deliveries wait. */
    boolean isEmpty() {
        return published.isEmpty() && claimed.isEmpty();
    }

    /** Removes all waiting deliveries. */
    void drainTo(List<LeasedDelivery> leases) {
        published.forEach(lease -> leases.add(take(lease)));
        claimed.forEach(lease -> leases.add(take(lease)));
        published.clear();
        claimed.clear();
    }
}
