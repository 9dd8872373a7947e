package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Deliveries of a period, counted by status and response time. */
final class Tally {

    /** Buckets of response times for each power of two. Four make results accurate to within 10 %. */
    private static final double BUCKETS_PER_DOUBLING = 4;

    private static final int NO_RESPONSE = -1;

    private final Map<DeliveryStatus, Long> counts = new EnumMap<>(DeliveryStatus.class);
    private final TreeMap<Integer, Long> buckets = new TreeMap<>();
    private long responded;
    private long millis;

    void add(DeliveryStatus status, int bucket, long deliveries, long totalMillis) {
        counts.merge(status, deliveries, Long::sum);
        if (bucket != NO_RESPONSE) {
            buckets.merge(bucket, deliveries, Long::sum);
            responded += deliveries;
            millis += totalMillis;
        }
    }

    void add(Tally other) {
        other.counts.forEach((status, count) -> counts.merge(status, count, Long::sum));
        other.buckets.forEach((bucket, count) -> buckets.merge(bucket, count, Long::sum));
        responded += other.responded;
        millis += other.millis;
    }

    long of(DeliveryStatus status) {
        return counts.getOrDefault(status, 0L);
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The average response time in milliseconds; null if there was no response. */
    @Nullable
    Long averageMs() {
        return responded == 0 ? null : (Long) (millis / responded);
    }

    /** The response time in milliseconds at this quantile, from 0 to 1; null if there was no response. */
    @Nullable
    Long percentileMs(double share) {
        long rank = Math.max(1, (long) Math.ceil(responded * share));
        long below = 0;
        for (var bucket : buckets.entrySet()) {
            below += bucket.getValue();
            if (below >= rank) {
                return Math.round(Math.pow(2, (bucket.getKey() + 0.5) / BUCKETS_PER_DOUBLING));
            }
        }
        return null;
    }
}
