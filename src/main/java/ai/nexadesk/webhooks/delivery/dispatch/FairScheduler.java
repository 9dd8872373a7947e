package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.dispatch.EndpointQueue.Origin;
import ai.nexadesk.webhooks.outbound.Outcome;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Leased deliveries that wait in memory for their turn, with one {@link EndpointQueue} per webhook. The queues are
 * served in turn (deficit round robin, which charges for long bodies). Each queue has limits on waiting deliveries and
 * requests in flight. Queues whose endpoint is slow or down have low priority and never use all the room. Deliveries
 * for which there is no room wait in the database. Thread-safe.
 */
final class FairScheduler {

    /** Maximum empty queues to remember, with the averages of their endpoints. */
    private static final int REMEMBERED = 10_000;

    /** Once in this many turns, a low-priority queue goes first. */
    private static final int TURNS = 8;

    /**
     * One queue may use one part in this many of the memory for bodies, and so may all low-priority queues together.
     */
    private static final int QUEUE_SHARE = 16;

    private static final int LOW_PRIORITY_SHARE = 4;

    /**
     * The limits of the queues.
     *
     * @param inFlightPerWebhook maximum requests in flight per webhook
     * @param inFlightInAll maximum requests in flight in total
     * @param bytes maximum bytes of bodies in memory, waiting and in flight
     */
    record Limits(int inFlightPerWebhook, int inFlightInAll, long bytes) {}

    private final Limits limits;
    private final Runnable wantsMore;
    private final Map<String, EndpointQueue> queues = new HashMap<>();
    private final ArrayDeque<EndpointQueue> ready = new ArrayDeque<>();
    private final ArrayDeque<EndpointQueue> lowPriority = new ArrayDeque<>();
    private final Set<String> full = new HashSet<>();
    private final Set<String> busy = new HashSet<>();
    private int turn;
    private int inFlight;
    private long bytes;
    private long lowPriorityBytes;
    private boolean closed;

    /** Orders releases and fetches. */
    private long sequence;

    /**
     * Starts with empty queues.
     *
     * @param wantsMore called when a queue runs low and the database has more
     */
    FairScheduler(Limits limits, Runnable wantsMore) {
        this.limits = limits;
        this.wantsMore = wantsMore;
    }

    /**
     * Queues deliveries.
     *
     * @return those for which there is no room; the caller must release them
     */
    synchronized List<LeasedDelivery> offer(Collection<LeasedDelivery> leases, Origin origin) {
        var refused = new ArrayList<LeasedDelivery>();
        for (var lease : leases) {
            var queue = queueOf(lease);
            if (closed
                    || origin == Origin.PUBLISHED && queue.waitInDatabaseSince > 0
                    || !hasRoom(origin)
                    || !hasRoom(queue, origin)) {
                refused.add(lease);
                markWaiting(queue);
            } else {
                queue.add(lease, origin);
                bytes += lease.body().length;
                changed(queue);
            }
        }
        notifyAll();
        return refused;
    }

    private EndpointQueue queueOf(LeasedDelivery lease) {
        var queue = queues.get(lease.webhookId());
        if (queue == null) {
            if (queues.size() >= REMEMBERED) {
                queues.values().removeIf(EndpointQueue::isIdle);
            }
            queue = new EndpointQueue(lease.webhookId(), limits.inFlightPerWebhook(), limits.bytes() / QUEUE_SHARE);
            queues.put(lease.webhookId(), queue);
        }
        return queue;
    }

    /** Whether there is room overall. Half of it is reserved for newly published deliveries. */
    synchronized boolean hasRoom(Origin origin) {
        return bytes < (origin == Origin.CLAIMED ? limits.bytes() / 2 : limits.bytes());
    }

    private boolean hasRoom(EndpointQueue queue, Origin origin) {
        return queue.hasRoom(origin) && !(queue.isLowPriority() && isLowPriorityFull() && queue.bytes > 0);
    }

    private boolean isLow(EndpointQueue queue) {
        return queue.isLow() && hasRoom(queue, Origin.CLAIMED);
    }

    private boolean isLowPriorityFull() {
        return lowPriorityBytes >= limits.bytes() / LOW_PRIORITY_SHARE;
    }

    /**
     * Waits for deliveries to attempt, and returns at most this many. They count as in flight until {@link #done}.
     *
     * @return none after the queues were closed
     */
    synchronized List<LeasedDelivery> take(int most) throws InterruptedException {
        var taken = new ArrayList<LeasedDelivery>();
        while (!closed && taken.isEmpty()) {
            for (var lease = next(); lease != null; lease = taken.size() < most ? next() : null) {
                taken.add(lease);
            }
            if (taken.isEmpty()) {
                wait();
            }
        }
        return taken;
    }

    private @Nullable LeasedDelivery next() {
        if (inFlight >= limits.inFlightInAll()) {
            return null;
        }
        turn = (turn + 1) % TURNS;
        if (turn == 0 && inFlight < limits.inFlightInAll() * 3L / 4) {
            var lease = next(lowPriority);
            if (lease != null) {
                return lease;
            }
        }
        var lease = next(ready);
        return lease == null && inFlight < limits.inFlightInAll() / 2 ? next(lowPriority) : lease;
    }

    private @Nullable LeasedDelivery next(ArrayDeque<EndpointQueue> turns) {
        for (var queue = turns.poll(); queue != null; queue = turns.poll()) {
            queue.isListed = false;
            if (queue.mayBegin()) {
                var lease = turns == ready && queue.isLowPriority() ? null : queue.begin();
                if (lease != null) {
                    inFlight++;
                    changed(queue);
                    return lease;
                }
                changed(queue);
            }
        }
        return null;
    }

    /** Releases the place of a taken delivery that was not attempted. */
    synchronized void done(LeasedDelivery lease) {
        ended(queueOf(lease), lease);
    }

    /**
     * Ends a taken delivery after its attempt.
     *
     * @return deliveries for which there is no longer room, because the endpoint turned out to be slow or down; the
     *     caller must release them
     */
    synchronized List<LeasedDelivery> done(LeasedDelivery lease, Outcome outcome) {
        var queue = queueOf(lease);
        queue.learn(outcome);
        var excess = new ArrayList<LeasedDelivery>();
        if (queue.isLowPriority()) {
            queue.removeExcess(excess);
            excess.forEach(one -> bytes -= one.body().length);
            if (!excess.isEmpty()) {
                markWaiting(queue);
            }
        }
        ended(queue, lease);
        return excess;
    }

    private void ended(EndpointQueue queue, LeasedDelivery lease) {
        queue.end(lease);
        inFlight--;
        bytes -= lease.body().length;
        changed(queue);
        if (!ready.isEmpty() || !lowPriority.isEmpty() || inFlight == 0 && closed) {
            notifyAll();
        }
    }

    private void changed(EndpointQueue queue) {
        if (queue.hasMore && isLow(queue)) {
            queue.hasMore = false;
            wantsMore.run();
        }
        lowPriorityBytes -= queue.lowPriorityBytes;
        queue.lowPriorityBytes = queue.isLowPriority() ? queue.bytes : 0;
        lowPriorityBytes += queue.lowPriorityBytes;
        if (!queue.isListed && queue.mayBegin()) {
            queue.isListed = true;
            (queue.isLowPriority() ? lowPriority : ready).add(queue);
        }
        note(full, queue, queue.waitInDatabaseSince > 0 || !hasRoom(queue, Origin.PUBLISHED));
        note(busy, queue, queue.isBusy());
    }

    private static void note(Set<String> webhooks, EndpointQueue queue, boolean isSo) {
        if (isSo) {
            webhooks.add(queue.webhookId);
        } else {
            webhooks.remove(queue.webhookId);
        }
    }

    /** Removes the waiting deliveries of this webhook; the caller must release them. */
    synchronized List<LeasedDelivery> remove(String webhookId) {
        var removed = new ArrayList<LeasedDelivery>();
        var queue = queues.get(webhookId);
        if (queue != null) {
            queue.drainTo(removed);
            removed.forEach(lease -> bytes -= lease.body().length);
            changed(queue);
        }
        return removed;
    }

    /** Removes all waiting deliveries. */
    synchronized List<LeasedDelivery> drain() {
        var drained = new ArrayList<LeasedDelivery>();
        ready.clear();
        lowPriority.clear();
        queues.values().forEach(queue -> {
            if (!queue.isEmpty()) {
                markWaiting(queue);
            }
            queue.drainTo(drained);
            queue.isListed = false;
            changed(queue);
        });
        drained.forEach(lease -> bytes -= lease.body().length);
        return drained;
    }

    /** Stops accepting and returning deliveries. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits at most this long until nothing is in flight. */
    synchronized void awaitIdle(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (inFlight > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** The webhooks without room for published deliveries, which will be stored without a lease. */
    synchronized Set<String> full() {
        return Set.copyOf(full);
    }

    private void markWaiting(EndpointQueue queue) {
        queue.hasMore = true;
        queue.waitInDatabaseSince = ++sequence;
    }

    /**
     * Notes that deliveries of these webhooks were left in the database. Until they are fetched, newer ones must not
     * overtake them.
     */
    synchronized void waitInDatabase(Collection<String> webhooks) {
        for (var webhook : webhooks) {
            var queue = queues.get(webhook);
            if (queue == null) {
                wantsMore.run();
            } else {
                markWaiting(queue);
                changed(queue);
            }
        }
    }

    /**
     * Notes that these deliveries were released. A claim that began earlier may have missed them, so they count as left
     * in the database from now on.
     */
    synchronized void released(Collection<LeasedDelivery> leases) {
        waitInDatabase(leases.stream().map(LeasedDelivery::webhookId).collect(Collectors.toSet()));
    }

    /** The current sequence number, for {@link #fetched}. */
    synchronized long sequence() {
        return sequence;
    }

    /**
     * Notes that a claim that began at this sequence number has fetched all deliveries of some webhooks.
     *
     * @param isFetched whether all deliveries of a webhook were fetched
     */
    synchronized void fetched(long began, Predicate<String> isFetched) {
        for (var queue : queues.values()) {
            if (queue.waitInDatabaseSince > 0
                    && queue.waitInDatabaseSince <= began
                    && isFetched.test(queue.webhookId)) {
                queue.waitInDatabaseSince = 0;
                changed(queue);
            }
        }
    }

    /** The webhooks whose added deliveries would have to wait. */
    synchronized Set<String> busy() {
        return Set.copyOf(busy);
    }

    /** The webhooks with enough claimed deliveries, or without room. */
    synchronized List<String> saturated() {
        return queues.values().stream()
                .filter(queue -> !isLow(queue))
                .map(queue -> queue.webhookId)
                .toList();
    }

    /** The number of additional deliveries of this webhook that could start immediately. */
    synchronized int slots(String webhookId) {
        if (closed || inFlight >= limits.inFlightInAll() || !hasRoom(Origin.CLAIMED)) {
            return 0;
        }
        var queue = queues.get(webhookId);
        return queue == null ? limits.inFlightPerWebhook() : hasRoom(queue, Origin.CLAIMED) ? queue.slots() : 0;
    }

    /** The load, with this many results that are not recorded yet. */
    synchronized DispatcherLoad load(int unrecorded) {
        int busy = 0;
        int slow = 0;
        int waiting = 0;
        for (var queue : queues.values()) {
            if (!queue.isIdle()) {
                busy++;
                slow += queue.isLowPriority() ? 1 : 0;
                waiting += queue.waiting(Origin.PUBLISHED) + queue.waiting(Origin.CLAIMED);
            }
        }
        return new DispatcherLoad(busy, slow, waiting, inFlight, unrecorded);
    }

    /** Notes that the database has more deliveries of this webhook than were claimed. */
    synchronized void hasMore(String webhookId) {
        var queue = queues.get(webhookId);
        if (queue != null) {
            queue.hasMore = true;
            changed(queue);
        }
    }
}
