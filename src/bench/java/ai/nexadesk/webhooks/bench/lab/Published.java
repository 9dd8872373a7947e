package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Numbers;

/** All events of a run: the intended time, the workspace, and the time of the acknowledgment of each. */
public final class Published {

    private final Numbers intended = new Numbers();
    private final Numbers acknowledged = new Numbers();
    private final Numbers spaces = new Numbers();
    private long acknowledgedDeliveries;

    /** Adds an event that will be sent, and returns its number. */
    public synchronized int add(long intendedMicros, int space) {
        intended.add(intendedMicros);
        acknowledged.add(0);
        spaces.add(space);
        return intended.size() - 1;
    }

    public synchronized void acknowledge(int number, long micros, int fanOut) {
        acknowledged.set(number, micros);
        acknowledgedDeliveries += fanOut;
    }

    public synchronized int size() {
        return intended.size();
    }

    /** The number of deliveries of the acknowledged events. */
    synchronized long acknowledgedDeliveries() {
        return acknowledgedDeliveries;
    }

    synchronized boolean isAcknowledged(int number) {
        return acknowledged.get(number) != 0;
    }

    synchronized long intended(int number) {
        return intended.get(number);
    }

    synchronized int space(int number) {
        return (int) spaces.get(number);
    }

    /**
     * The times from intended sending to acknowledgment, for the events from one number up to, but excluding, another.
     */
    synchronized Numbers acknowledgeMicros(int from, int to) {
        var micros = new Numbers();
        for (int i = from; i < to; i++) {
            if (acknowledged.get(i) != 0) {
                micros.add(acknowledged.get(i) - intended.get(i));
            }
        }
        return micros;
    }
}
