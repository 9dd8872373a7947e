package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Leased deliveries that wait in memory for their turn: a lane a webhook, served in turn, each bounded in length and in how
 * many of its requests are in flight, so that a slow endpoint costs the others nothing. Threads may call it as they like.
 */
final class Lanes {

    private static final class Lane {
        final String webhookId;
        final ArrayDeque<Lease> waiting = new ArrayDeque<>();
        int inFlight;
        /** Whether it is in {@link Lanes#ready}. */
        boolean queued;

        Lane(String webhookId) {
            this.webhookId = webhookId;
        }
    }

    private final int inFlightPerLane;
    private final int inFlightInAll;
    private final int waitingPerLane;
    private final long waitingBytes;

    private final Map<String, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private int inFlight;
    private long bytes;
    private boolean closed;

    /**
     * Empty lanes.
     *
     * @param inFlightPerLane how many requests a webhook may have in flight
     * @param inFlightInAll how many there may be in all
     * @param waitingPerLane how many deliveries may wait in one lane
     * @param waitingBytes how many bytes of bodies may wait in all
     */
    Lanes(int inFlightPerLane, int inFlightInAll, int waitingPerLane, long waitingBytes) {
        this.inFlightPerLane = inFlightPerLane;
        this.inFlightInAll = inFlightInAll;
        this.waitingPerLane = waitingPerLane;
        this.waitingBytes = waitingBytes;
    }

    /**
     * Lines deliveries up.
     *
     * @return those for which there is no room; they must go back to the database
     */
    synchronized List<Lease> offer(Collection<Lease> leases) {
        var refused = new ArrayList<Lease>();
        for (var lease : leases) {
            var lane = lanes.computeIfAbsent(lease.webhookId(), Lane::new);
            if (closed || isFull(lane)) {
                refused.add(lease);
                forgetIfIdle(lane);
            } else {
                lane.waiting.add(lease);
                bytes += lease.body().length;
                makeReady(lane);
            }
        }
        notifyAll();
        return refused;
    }

    /**
     * The next delivery to attempt, which counts as in flight until {@link #done}; waits for one.
     *
     * @return null once the lanes are closed
     */
    synchronized @Nullable Lease take() throws InterruptedException {
        while (!closed && (ready.isEmpty() || inFlight >= inFlightInAll)) {
            wait();
        }
        if (closed) {
            return null;
        }
        var lane = ready.remove();
        lane.queued = false;
        var lease = lane.waiting.remove();
        bytes -= lease.body().length;
        lane.inFlight++;
        inFlight++;
        makeReady(lane);
        return lease;
    }

    /** The attempt of a delivery that was taken has ended. */
    synchronized void done(Lease lease) {
        var lane = lanes.get(lease.webhookId());
        if (lane != null) {
            lane.inFlight--;
            makeReady(lane);
            forgetIfIdle(lane);
        }
        inFlight--;
        notifyAll();
    }

    /** Takes out all that waits. */
    synchronized List<Lease> drain() {
        var drained = new ArrayList<Lease>();
        for (var lane : List.copyOf(lanes.values())) {
            drained.addAll(lane.waiting);
            lane.waiting.clear();
            lane.queued = false;
            forgetIfIdle(lane);
        }
        ready.clear();
        bytes = 0;
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

    /** The webhooks for which there is no room. */
    synchronized Set<String> full() {
        return lanes.values().stream()
                .filter(this::isFull)
                .map(lane -> lane.webhookId)
                .collect(Collectors.toSet());
    }

    private boolean isFull(Lane lane) {
        return lane.waiting.size() >= waitingPerLane || bytes >= waitingBytes;
    }

    private void makeReady(Lane lane) {
        if (!lane.queued && !lane.waiting.isEmpty() && lane.inFlight < inFlightPerLane) {
            lane.queued = true;
            ready.add(lane);
        }
    }

    private void forgetIfIdle(Lane lane) {
        if (lane.inFlight == 0 && lane.waiting.isEmpty()) {
            lanes.remove(lane.webhookId);
        }
    }
}
