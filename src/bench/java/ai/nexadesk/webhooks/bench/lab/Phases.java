package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Proc;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;
import ai.nexadesk.webhooks.bench.measure.Wall;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/** Publishes at a rate and collects the figures. */
public final class Phases {

    private static final int DRAIN_SECONDS = 120;

    /** When the load changes, the JVM compiles again for some seconds. */
    private static final int SETTLING_SECONDS = 10;

    private static final int WINDOW = 256;
    private static final long BACKLOG = 4_000;
    private static final double[] SHARES = {0.95, 0.85, 0.75, 0.6};

    private final Lab lab;
    private final Publisher publisher;
    private final Report report;
    /** Webhooks whose deliveries need not finish. */
    private final List<String> hostile;

    private final IntPredicate healthy;

    public Phases(Lab lab, Publisher publisher, Report report, List<String> hostile, IntPredicate healthy) {
        this.lab = lab;
        this.publisher = publisher;
        this.report = report;
        this.hostile = hostile;
        this.healthy = healthy;
    }

    public static BooleanSupplier forSeconds(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return () -> System.nanoTime() < end;
    }

    /** Publishes as fast as possible, and returns the deliveries per second in the second half. Also warms up. */
    public double saturate(int seconds) throws IOException, SQLException {
        var received = new AtomicLong();
        long acknowledged = lab.published().acknowledgedDeliveries();
        long before = lab.sink().requests();
        var backlog = (BooleanSupplier)
                () -> lab.published().acknowledgedDeliveries() - acknowledged - received.get() < BACKLOG;
        var end = forSeconds(seconds);
        var poller = new Thread(() -> poll(received, end), "sink-poller");
        received.set(0);
        poller.start();
        long half = System.nanoTime() + seconds * 500_000_000L;
        long[] atHalf = {before, System.nanoTime()};
        publisher.closed(WINDOW, backlog, () -> {
            if (atHalf[0] == before && System.nanoTime() > half) {
                atHalf[0] = before + received.get();
                atHalf[1] = System.nanoTime();
            }
            return end.getAsBoolean();
        });
        double rate = (lab.sink().requests() - atHalf[0]) * 1e9 / (System.nanoTime() - atHalf[1]);
        drain("saturation");
        return rate;
    }

    private void poll(AtomicLong received, BooleanSupplier goesOn) {
        try {
            long before = lab.sink().requests();
            while (goesOn.getAsBoolean()) {
                received.set(lab.sink().requests() - before);
                Pause.millis(20);
            }
        } catch (IOException e) {
            report.fail("The sink does not respond: " + e);
        }
    }

    /** The highest sustained rate, at which the age of the oldest waiting delivery does not grow. */
    public Row highest(String name, double saturation, double fanOut, int seconds) throws IOException, SQLException {
        Row row = Row.named(name);
        for (double share : SHARES) {
            row = hold(name, saturation * share / fanOut, seconds);
            if (row.get("sustained") == 1) {
                return row;
            }
            System.out.printf(
                    "  %.0f deliveries/s are not sustained: p99 %.0f ms in the first third, %.0f ms in the last%n",
                    saturation * share, row.get("first_third_p99_ms"), row.get("last_third_p99_ms"));
        }
        return row;
    }

    /** Publishes at this rate, and measures after some seconds. */
    public Row hold(String name, double eventsPerSecond, int seconds) throws IOException, SQLException {
        var published = lab.published();
        publisher.open(eventsPerSecond, false, forSeconds(SETTLING_SECONDS));
        long refused = publisher.refused();
        var before = lab.usage();
        int from = published.size();
        long start = Wall.micros();
        publisher.open(eventsPerSecond, false, forSeconds(seconds));
        long end = start + seconds * 1_000_000L;
        int to = published.size();
        drain(name);
        var row = Row.named(name).put("events_per_s_offered", eventsPerSecond);
        var after = lab.usage();
        describe(row, from, to, lab.receipts(), start, end);
        before.addTo(row, after);
        row.put("refused", publisher.refused() - refused);
        row.put("peak_rss_mb", Proc.peakMegabytes(lab.application().pid()));
        judge(row, from, to);
        System.out.printf(
                "  %s: %.0f events/s offered, %.0f deliveries/s, receipt p50 %.1f ms, p99 %.1f ms%n",
                name,
                eventsPerSecond,
                row.get("deliveries_per_s"),
                row.get("receipt_p50_ms"),
                row.get("receipt_p99_ms"));
        return row;
    }

    private void describe(Row row, int from, int to, Receipts receipts, long start, long end) {
        var acknowledge = lab.published().acknowledgeMicros(from, to);
        var receipt = receipts.micros(from, to, healthy);
        row.put("deliveries_per_s", receipts.between(start, end) * 1e6 / (end - start));
        row.put("acknowledge_p50_ms", acknowledge.millis(50));
        row.put("acknowledge_p99_ms", acknowledge.millis(99));
        row.put("receipt_p50_ms", receipt.millis(50));
        row.put("receipt_p99_ms", receipt.millis(99));
        row.put("receipt_p99_9_ms", receipt.millis(99.9));
        row.put("receipt_max_ms", receipt.millis(100));
        int third = (to - from) / 3;
        row.put(
                "first_third_p99_ms",
                receipts.micros(from, from + third, healthy).millis(99));
        row.put("last_third_p99_ms", receipts.micros(to - third, to, healthy).millis(99));
    }

    private static void judge(Row row, int from, int to) {
        boolean isFlat = row.get("last_third_p99_ms") <= 1.5 * row.get("first_third_p99_ms") + 250;
        boolean isPrompt = row.get("receipt_p99_ms") <= 2_000;
        row.put("sustained", isFlat && isPrompt && row.get("refused") == 0 && to > from ? 1 : 0);
    }

    private void drain(String name) throws IOException, SQLException {
        long unfinished = lab.drain(hostile, DRAIN_SECONDS);
        if (unfinished > 0) {
            report.fail(name + ": " + unfinished + " deliveries are unfinished after " + DRAIN_SECONDS + " s");
        }
    }
}
