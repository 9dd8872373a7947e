package ai.nexadesk.webhooks.bench.measure;

import java.util.Arrays;

/** A growable list of longs that is cheap enough to append to for every request. */
public final class Numbers {

    private long[] values = new long[1 << 16];
    private int size;

    public void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    public long get(int index) {
        return values[index];
    }

    public void set(int index, long value) {
        values[index] = value;
    }

    public int size() {
        return size;
    }

    /** The value that this percentage of all values does not exceed, or 0 if there are no values. Sorts the list. */
    long percentile(double percent) {
        if (size == 0) {
            return 0;
        }
        Arrays.sort(values, 0, size);
        return values[Math.max(0, (int) Math.ceil(percent / 100 * size) - 1)];
    }

    /** The same percentile, converted from microseconds to milliseconds. */
    public double millis(double percent) {
        return percentile(percent) / 1_000.0;
    }
}
