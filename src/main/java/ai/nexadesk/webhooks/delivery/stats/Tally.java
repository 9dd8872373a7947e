package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Deliveries of a period, counted by status and response time. */
final class Tally {

    /** Each class of response times spans a quarter of an octave, so results are accurate to within 10 %. */
    private static final double CLASSES_AN_OCTAVE = 4;

    private static final int NO_ANSWER = -1;

    private final Map<DeliveryStatus, Long> counts = new EnumMap<>(DeliveryStatus.class);
    private final TreeMap<Integer, Long> speeds = new TreeMap<>();
    private long answered;
    private long millis;

    void add(DeliveryStatus status, int speed, long deliveries, long totalMillis) {
        counts.merge(status, deliveries, Long::sum);
        if (speed != NO_ANSWER) {
            speeds.merge(speed, deliveries, Long::sum);
            answered += deliveries;
            millis += totalMillis;
        }
    }

    void add(Tally other) {
        other.counts.forEach((status, count) -> counts.merge(status, count, Long::sum));
        other.speeds.forEach((speed, count) -> speeds.merge(speed, count, Long::sum));
        answered += other.answered;
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
        return answered == 0 ? null : (Long) (millis / answered);
    }

    /** The response time in milliseconds at this quantile, from 0 to 1; null if there was no response. */
    @Nullable
    Long percentileMs(double share) {
        long rank = Math.max(1, (long) Math.ceil(answered * share));
        long below = 0;
        for (var speed : speeds.entrySet()) {
            below += speed.getValue();
            if (below >= rank) {
                return Math.round(Math.pow(2, (speed.getKey() + 0.5) / CLASSES_AN_OCTAVE));
            }
        }
        return null;
    }
}
