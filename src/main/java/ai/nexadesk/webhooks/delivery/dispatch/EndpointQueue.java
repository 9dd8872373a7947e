package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.Lease;
import ai.nexadesk.webhooks.outbound.Outcome;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;

/**
 * What waits in memory for one webhook, and how much it may have in flight: less while its endpoint fails or hangs. Guarded by
 * the lock of {@link FairScheduler}.
 */
final class EndpointQueue {

    /** From where a delivery came into its queue. */
    enum Origin {
        /** From publishing, right after its commit. */
        PUBLISHED,
        /** From the database: a retry, or what found no room before. */
        CLAIMED
    }

    /** What may wait from each origin; of what was published, a failing queue takes only a little. */
    static final int WAITING = 1_000;

    private static final int WAITING_WHILE_FAILING = 32;

    /** A queue that stands behind may hold this part of what it could otherwise. */
    private static final int SHARE_BEHIND = 4;

    /** When so few of its claimed deliveries are left, more are fetched. */
    private static final int LOW = 32;

    /** What waits for no more than so many rounds of requests counts as beginning at once. */
    private static final int ROUNDS = 4;

    /** So many bytes of bodies may leave in one turn; a longer one waits for several turns. */
    private static final int BYTES_A_TURN = 32 * 1024;

    /** The share of failures above which the endpoint counts as down; every attempt weighs a tenth of all before it. */
    private static final double DOWN = 0.7;

    private static final double WEIGHT = 0.1;

    /** An endpoint that is slower than this on average may not take the room of the quick ones. */
    private static final double SLOW_MILLIS = 1_000;

    final String webhookId;

    /** The bodies that it keeps in memory, waiting and in flight. */
    long bytes;

    /** So many of them count as those of queues that stand behind. */
    long bytesBehind;

    /** Whether it stands in one of the queues of {@link FairScheduler}. */
    boolean inLine;

    /** Whether the database holds more for it than was claimed. */
    boolean hasMore;

    /** When deliveries of it were last left in the database for want of room; 0 once all of them were fetched. */
    long spilled;

    private final int mostInFlight;
    private final long mostBytes;
    private final ArrayDeque<Lease> published = new ArrayDeque<>();
    private final ArrayDeque<Lease> claimed = new ArrayDeque<>();
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

    void add(Lease lease, Origin origin) {
        (origin == Origin.CLAIMED ? claimed : published).add(lease);
        bytes += lease.body().length;
    }

    /** Never for more than some bodies too many: the last that finds room may be a long one. */
    boolean hasRoom(Origin origin) {
        return waiting(origin) < (origin == Origin.PUBLISHED && isFailing() ? WAITING_WHILE_FAILING : WAITING)
                && bytes < bytesAllowed();
    }

    /** Whether it runs low of what the database may hold more of. */
    boolean isLow() {
        return claimed.size() < LOW && bytes < bytesAllowed() / 2;
    }

    private long bytesAllowed() {
        return isBehind() ? mostBytes / SHARE_BEHIND : mostBytes;
    }

    /** Takes out what waits and exceeds what a queue of its present state may hold, the latest first. */
    void shed(List<Lease> leases) {
        while (published.size() > WAITING_WHILE_FAILING && isFailing()) {
            leases.add(take(published.removeLast()));
        }
        while (bytes > bytesAllowed() && !(published.isEmpty() && claimed.isEmpty())) {
            leases.add(take(published.isEmpty() ? claimed.removeLast() : published.removeLast()));
        }
    }

    private Lease take(Lease lease) {
        bytes -= lease.body().length;
        return lease;
    }

    int waiting(Origin origin) {
        return (origin == Origin.CLAIMED ? claimed : published).size();
    }

    /** How many more deliveries could begin, if they were added. */
    int places() {
        return mayBeInFlight - inFlight - published.size() - claimed.size();
    }

    boolean mayBegin() {
        return inFlight < mayBeInFlight && !(published.isEmpty() && claimed.isEmpty());
    }

    /**
     * Takes the next delivery out. First attempts begin in the order of publication; retries take turns with them, so that
     * neither waits forever.
     *
     * @return null if its body is longer than what is left of this turn
     */
    @Nullable
    Lease begin() {
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

    /** A delivery that began has ended, or gone back without an attempt. */
    void end(Lease lease) {
        inFlight--;
        take(lease);
    }

    /** How an attempt has ended tells about the endpoint. */
    void learn(Outcome outcome) {
        failing += WEIGHT * ((outcome.succeeded() ? 0 : 1) - failing);
        millis += WEIGHT * (outcome.duration().toMillis() - millis);
        if (outcome.succeeded()) {
            mayBeInFlight = Math.min(mostInFlight, mayBeInFlight + 1);
        } else if (failing >= DOWN) {
            mayBeInFlight = 1;
        } else if (outcome instanceof Outcome.Unanswered) {
            mayBeInFlight = Math.max(1, mayBeInFlight / 2);
        }
    }

    /** Whether its endpoint is so slow or fails so often that it must not take what others need. */
    boolean isBehind() {
        return isFailing() || millis >= SLOW_MILLIS;
    }

    private boolean isFailing() {
        return mayBeInFlight <= mostInFlight / 2;
    }

    /** Whether what is added does not begin at once. */
    boolean isBusy() {
        return published.size() + claimed.size() >= ROUNDS * mayBeInFlight;
    }

    /** Whether there is nothing in it to remember. */
    boolean isIdle() {
        return inFlight == 0 && spilled == 0 && isEmpty();
    }

    /** Whether nothing waits in it. */
    boolean isEmpty() {
        return published.isEmpty() && claimed.isEmpty();
    }

    /** Takes out all that waits. */
    void drainTo(List<Lease> leases) {
        published.forEach(lease -> leases.add(take(lease)));
        claimed.forEach(lease -> leases.add(take(lease)));
        published.clear();
        claimed.clear();
    }
}
