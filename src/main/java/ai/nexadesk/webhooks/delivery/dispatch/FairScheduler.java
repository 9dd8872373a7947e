package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.Lease;
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

/**
 * Leased deliveries that wait in memory for their turn: a {@link EndpointQueue} a webhook. They are served in turn (deficit round robin,
 * so that long bodies count for more), each limited in what waits and in what is in flight. Lanes whose endpoint is slow or
 * down stand behind the others and never fill the room for all. What finds no room here waits in the database. Threads may
 * call it as they like.
 */
final class FairScheduler {

    /** Lanes that are empty are remembered up to this many, for what is known about their endpoints. */
    private static final int REMEMBERED = 10_000;

    /** Every so many turns a lane that stands behind goes first. */
    private static final int TURNS = 8;

    /** The part of the memory for bodies that one lane may hold, and that all that stand behind may hold together. */
    private static final int LANES_SHARE = 16;

    private static final int SHARE_OF_ALL_BEHIND = 4;

    /**
     * What the lanes may hold.
     *
     * @param inFlightPerLane how many requests a webhook may have in flight
     * @param inFlightInAll how many there may be in all
     * @param bytes how many bytes of bodies may be in memory, waiting and in flight
     */
    record Limits(int inFlightPerLane, int inFlightInAll, long bytes) {}

    private final Limits limits;
    private final Runnable wantsMore;
    private final Map<String, EndpointQueue> lanes = new HashMap<>();
    private final ArrayDeque<EndpointQueue> ready = new ArrayDeque<>();
    private final ArrayDeque<EndpointQueue> behind = new ArrayDeque<>();
    private final Set<String> full = new HashSet<>();
    private final Set<String> busy = new HashSet<>();
    private int turn;
    private int inFlight;
    private long bytes;
    private long bytesBehind;
    private boolean closed;

    /**
     * Empty lanes.
     *
     * @param wantsMore called when a lane runs low of which the database holds more
     */
    FairScheduler(Limits limits, Runnable wantsMore) {
        this.limits = limits;
        this.wantsMore = wantsMore;
    }

    /**
     * Lines deliveries up.
     *
     * @return those for which there is no room; they must go back to the database
     */
    synchronized List<Lease> offer(Collection<Lease> leases, Origin origin) {
        var refused = new ArrayList<Lease>();
        for (var lease : leases) {
            var lane = laneOf(lease);
            if (closed || !hasRoom(origin) || !hasRoom(lane, origin)) {
                refused.add(lease);
                lane.hasMore = true;
            } else {
                lane.add(lease, origin);
                bytes += lease.body().length;
                changed(lane);
            }
        }
        notifyAll();
        return refused;
    }

    private EndpointQueue laneOf(Lease lease) {
        var lane = lanes.get(lease.webhookId());
        if (lane == null) {
            if (lanes.size() >= REMEMBERED) {
                lanes.values().removeIf(EndpointQueue::isIdle);
            }
            lane = new EndpointQueue(lease.webhookId(), limits.inFlightPerLane(), limits.bytes() / LANES_SHARE);
            lanes.put(lease.webhookId(), lane);
        }
        return lane;
    }

    /** Whether there is room in all: half of it is kept for what was just published. */
    synchronized boolean hasRoom(Origin origin) {
        return bytes < (origin == Origin.CLAIMED ? limits.bytes() / 2 : limits.bytes());
    }

    private boolean hasRoom(EndpointQueue lane, Origin origin) {
        return lane.hasRoom(origin) && !(lane.isBehind() && isFullBehind() && lane.bytes > 0);
    }

    private boolean isLow(EndpointQueue lane) {
        return lane.isLow() && hasRoom(lane, Origin.CLAIMED);
    }

    private boolean isFullBehind() {
        return bytesBehind >= limits.bytes() / SHARE_OF_ALL_BEHIND;
    }

    /**
     * The next deliveries to attempt, which count as in flight until {@link #done}; waits for one, and takes no more than this
     * many.
     *
     * @return none once the lanes are closed
     */
    synchronized List<Lease> take(int most) throws InterruptedException {
        var taken = new ArrayList<Lease>();
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

    private @Nullable Lease next() {
        if (inFlight >= limits.inFlightInAll()) {
            return null;
        }
        turn = (turn + 1) % TURNS;
        if (turn == 0 && inFlight < limits.inFlightInAll() * 3L / 4) {
            var lease = next(behind);
            if (lease != null) {
                return lease;
            }
        }
        var lease = next(ready);
        return lease == null && inFlight < limits.inFlightInAll() / 2 ? next(behind) : lease;
    }

    private @Nullable Lease next(ArrayDeque<EndpointQueue> queue) {
        for (var lane = queue.poll(); lane != null; lane = queue.poll()) {
            lane.queued = false;
            if (lane.mayBegin()) {
                var lease = queue == ready && lane.isBehind() ? null : lane.begin();
                if (lease != null) {
                    inFlight++;
                    changed(lane);
                    return lease;
                }
                changed(lane);
            }
        }
        return null;
    }

    /** A delivery that was taken goes back to the database without an attempt. */
    synchronized void done(Lease lease) {
        ended(laneOf(lease), lease);
    }

    /**
     * The attempt of a delivery that was taken has ended.
     *
     * @return what waits for an endpoint that turned out to be slow or down, and has no room any more; it must go back to the
     *     database
     */
    synchronized List<Lease> done(Lease lease, Outcome outcome) {
        var lane = laneOf(lease);
        lane.learn(outcome);
        var shed = new ArrayList<Lease>();
        if (lane.isBehind()) {
            lane.shed(shed);
            shed.forEach(one -> bytes -= one.body().length);
            lane.hasMore |= !shed.isEmpty();
        }
        ended(lane, lease);
        return shed;
    }

    private void ended(EndpointQueue lane, Lease lease) {
        lane.end(lease);
        inFlight--;
        bytes -= lease.body().length;
        changed(lane);
        notifyAll();
    }

    private void changed(EndpointQueue lane) {
        if (lane.hasMore && isLow(lane)) {
            lane.hasMore = false;
            wantsMore.run();
        }
        bytesBehind -= lane.bytesBehind;
        lane.bytesBehind = lane.isBehind() ? lane.bytes : 0;
        bytesBehind += lane.bytesBehind;
        if (!lane.queued && lane.mayBegin()) {
            lane.queued = true;
            (lane.isBehind() ? behind : ready).add(lane);
        }
        note(full, lane, !hasRoom(lane, Origin.PUBLISHED));
        note(busy, lane, lane.isBusy());
    }

    private static void note(Set<String> webhooks, EndpointQueue lane, boolean isSo) {
        if (isSo) {
            webhooks.add(lane.webhookId);
        } else {
            webhooks.remove(lane.webhookId);
        }
    }

    /** Takes out all that waits. */
    synchronized List<Lease> drain() {
        var drained = new ArrayList<Lease>();
        ready.clear();
        behind.clear();
        lanes.values().forEach(lane -> {
            lane.drainTo(drained);
            lane.queued = false;
            changed(lane);
        });
        drained.forEach(lease -> bytes -= lease.body().length);
        return drained;
    }

    /** Takes nothing more and lets nothing more out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits until nothing is in flight, but at most this long. */
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

    /** The webhooks of which nothing more that is published finds room; the database will hold more for them. */
    synchronized Set<String> full() {
        full.forEach(webhook -> lanes.get(webhook).hasMore = true);
        return Set.copyOf(full);
    }

    /** The webhooks of which so much is waiting that nothing more begins at once. */
    synchronized Set<String> busy() {
        return Set.copyOf(busy);
    }

    /** The webhooks of which enough is waiting that was claimed, or for which there is no room. */
    synchronized List<String> sated() {
        return lanes.values().stream()
                .filter(lane -> !isLow(lane))
                .map(lane -> lane.webhookId)
                .toList();
    }

    /** How busy they are, with so many results that are not recorded yet. */
    synchronized DispatcherLoad load(int unrecorded) {
        int busy = 0;
        int behindOthers = 0;
        int waiting = 0;
        for (var lane : lanes.values()) {
            if (!lane.isIdle()) {
                busy++;
                behindOthers += lane.isBehind() ? 1 : 0;
                waiting += lane.waiting(Origin.PUBLISHED) + lane.waiting(Origin.CLAIMED);
            }
        }
        return new DispatcherLoad(busy, behindOthers, waiting, inFlight, unrecorded);
    }

    /** The database holds more for this webhook than was claimed. */
    synchronized void hasMore(String webhookId) {
        var lane = lanes.get(webhookId);
        if (lane != null) {
            lane.hasMore = true;
            changed(lane);
        }
    }
}
