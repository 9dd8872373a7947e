package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Numbers;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;

/** Compares the requests that the sink received with the published events. */
public final class Receipts {

    private static final int ENDPOINT_BITS = 12;

    private final Published published;
    private final List<Space> spaces;
    /** For each event, the index of its first delivery in {@link #first}. */
    private final int[] places;

    private final long[] first;
    private final Numbers duplicates = new Numbers();
    private long strangers;

    private Receipts(Published published, List<Space> spaces) {
        this.published = published;
        this.spaces = spaces;
        this.places = new int[published.size() + 1];
        for (int i = 0; i < published.size(); i++) {
            places[i + 1] = places[i] + spaces.get(published.space(i)).fanOut();
        }
        this.first = new long[places[published.size()]];
    }

    /** Reads the file that the sink has written. */
    static Receipts read(SinkProcess sink, Path file, Published published, List<Space> spaces) throws IOException {
        var receipts = new Receipts(published, spaces);
        sink.writeReceipts(file);
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            while (true) {
                long place = in.readLong();
                receipts.note(place >> ENDPOINT_BITS, (int) (place & ((1 << ENDPOINT_BITS) - 1)), in.readLong());
            }
        } catch (EOFException end) {
            Files.delete(file);
            return receipts;
        }
    }

    private void note(long number, int endpoint, long micros) {
        if (number >= published.size()) {
            strangers++;
            return;
        }
        var space = spaces.get(published.space((int) number));
        int offset = endpoint - space.first();
        if (offset < 0 || offset >= space.fanOut()) {
            strangers++;
            return;
        }
        int place = places[(int) number] + offset;
        if (first[place] == 0) {
            first[place] = micros;
        } else {
            duplicates.add(micros);
        }
    }

    /** The number of requests beyond the first of a delivery. */
    public long duplicates() {
        return duplicates.size();
    }

    /** The number of duplicates outside of these periods, each from its first to its last microsecond. */
    long duplicatesOutside(List<long[]> spans) {
        long outside = 0;
        for (int i = 0; i < duplicates.size(); i++) {
            long at = duplicates.get(i);
            if (spans.stream().noneMatch(span -> span[0] <= at && at <= span[1])) {
                outside++;
            }
        }
        return outside;
    }

    /**
     * The number of requests with an event that was never published, or at an endpoint that is not subscribed to it.
     */
    long strangers() {
        return strangers;
    }

    /** The number of deliveries of acknowledged events to these endpoints that never arrived. */
    long missing(IntPredicate endpoints) {
        long missing = 0;
        for (int i = 0; i < places.length - 1; i++) {
            if (published.isAcknowledged(i)) {
                int start = spaces.get(published.space(i)).first();
                for (int place = places[i]; place < places[i + 1]; place++) {
                    if (first[place] == 0 && endpoints.test(start + place - places[i])) {
                        missing++;
                    }
                }
            }
        }
        return missing;
    }

    /** The times from when the events with these numbers were due until these endpoints received them. */
    public Numbers micros(int from, int to, IntPredicate endpoints) {
        var micros = new Numbers();
        for (int i = from; i < to; i++) {
            int start = spaces.get(published.space(i)).first();
            for (int place = places[i]; place < places[i + 1]; place++) {
                if (first[place] != 0 && endpoints.test(start + place - places[i])) {
                    micros.add(first[place] - published.intended(i));
                }
            }
        }
        return micros;
    }

    /** The number of deliveries that arrived for the first time in this period. */
    long between(long fromMicros, long toMicros) {
        long count = 0;
        for (long micros : first) {
            if (micros >= fromMicros && micros < toMicros) {
                count++;
            }
        }
        return count;
    }
}
