package ai.nexadesk.webhooks.bench;

/** All events of a run: when each was to be sent, to which workspace, and when it was acknowledged. */
final class Published {

    private final Numbers intended = new Numbers();
    private final Numbers acknowledged = new Numbers();
    private final Numbers spaces = new Numbers();
    private long acknowledgedDeliveries;

    /** Notes an event that is to be sent, and tells its number. */
    synchronized int add(long intendedMicros, int space) {
        intended.add(intendedMicros);
        acknowledged.add(0);
        spaces.add(space);
        return intended.size() - 1;
    }

    synchronized void acknowledge(int number, long micros, int fanOut) {
        acknowledged.set(number, micros);
        acknowledgedDeliveries += fanOut;
    }

    synchronized int size() {
        return intended.size();
    }

    /** How many deliveries the acknowledged events have. */
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

    /** From the intended time to the acknowledgement, of the events from one number to before another. */
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
