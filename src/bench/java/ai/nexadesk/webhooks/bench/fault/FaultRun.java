package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Application;
import ai.nexadesk.webhooks.bench.lab.Behaviour;
import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;
import ai.nexadesk.webhooks.bench.measure.Wall;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Publishes during a fault, and then checks that nothing was lost. */
final class FaultRun {

    /** How long after a crash other replicas may still repeat interrupted work: the lease, a sweep, and a margin. */
    private static final long TAKE_OVER_MICROS = 40_000_000;

    private static final int CALM_BEFORE_MILLIS = 4_000;
    private static final int CALM_AFTER_MILLIS = 4_000;
    private static final int DRAIN_SECONDS = 120;
    private static final String UNDELIVERED =
            "select count(*) from delivery where event_type <> 'ping' and status <> 'delivered'";

    private final String name;
    private final Lab lab;
    private final Report report;
    private final List<long[]> crashes = new ArrayList<>();
    /** When the fault began, in milliseconds since 1970. */
    private long since;

    private double mostDelayMillis = Double.MAX_VALUE;

    FaultRun(String name, Lab lab, Report report) {
        this.name = name;
        this.lab = lab;
        this.report = report;
    }

    /** The fault to cause during the run. */
    interface Fault {
        void happen(FaultRun run) throws Exception;
    }

    Lab lab() {
        return lab;
    }

    /** Records that something is killed now. For a while, duplicates are expected. */
    void crash() {
        if (crashes.isEmpty()) {
            since = System.currentTimeMillis();
        }
        long now = Wall.micros();
        crashes.add(new long[] {now, now + TAKE_OVER_MICROS});
    }

    /** Waits for the duration of the fault: this many seconds, unless the command line sets another duration. */
    void hold(int seconds) throws IOException {
        Pause.millis(lab.options().number("hold", seconds) * 1_000L);
    }

    /** Requires that the rest of the run delays no delivery by more than this. */
    void delayAtMost(double millis) {
        mostDelayMillis = millis;
    }

    /** Runs the fault under this load. Publishers retry until they get 202. */
    void under(double eventsPerSecond, Fault fault) throws Exception {
        for (int i = 0; i < lab.spaces().size(); i++) {
            var space = lab.spaces().get(i);
            // Half of the endpoints are slow, so that there is always something in flight.
            lab.sink().behave(space.first(), space.first() + space.fanOut() / 2, Behaviour.SLOW);
        }
        var ports = lab.applications().stream().map(Application::port).toList();
        var ends = new AtomicBoolean();
        var program = lab.options().text("prometheus");
        try (var prometheus = program.isEmpty() ? null : Prometheus.start(program, lab.applications());
                var publisher = new Publisher(
                        lab.options(),
                        ports,
                        lab.spaces(),
                        lab.published(),
                        number -> number % lab.spaces().size())) {
            var load = CompletableFuture.runAsync(() -> publish(publisher, eventsPerSecond, ends));
            try {
                Pause.millis(CALM_BEFORE_MILLIS);
                since = System.currentTimeMillis();
                fault.happen(this);
                Pause.millis(CALM_AFTER_MILLIS);
            } finally {
                ends.set(true);
            }
            load.join();
            var row = check().put("requests_refused", publisher.refused())
                    .put("requests_unanswered", publisher.failed())
                    .say("alerts", prometheus == null ? List.of("not checked") : prometheus.alerts(since));
            row.words().forEach((what, lines) -> System.out.println("  " + what + ": " + lines));
            report.add(row);
        }
    }

    private static void publish(Publisher publisher, double eventsPerSecond, AtomicBoolean ends) {
        try {
            publisher.open(eventsPerSecond, true, () -> !ends.get());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Row check() throws IOException, SQLException {
        long unfinished = lab.drain(List.of(), DRAIN_SECONDS);
        var checks = new Checks(lab, report, name);
        checks.expect(unfinished == 0, unfinished + " deliveries are unfinished after " + DRAIN_SECONDS + " s");
        long undelivered = lab.database().number(UNDELIVERED);
        checks.expect(undelivered == 0, undelivered + " deliveries ended without success");
        var row = checks.run(endpoint -> true, crashes);
        double delay = row.get("largest_delay_ms");
        checks.expect(delay <= mostDelayMillis, "a delivery arrived " + delay + " ms after it was published");
        System.out.printf(
                "  %s: %.0f events, %.0f deliveries, %.0f duplicates, %.0f lost, largest delay %.1f s%n",
                name,
                row.get("events"),
                row.get("deliveries_acknowledged"),
                row.get("duplicates"),
                row.get("lost"),
                row.get("largest_delay_ms") / 1_000);
        var logged = Logged.by(lab.applications(), since);
        checks.expect(logged.traceLines() == 0, logged.traceLines() + " lines of stack traces in the log");
        checks.expect(logged.tooOften() == 0, logged.tooOften() + " log entries repeat others too soon");
        return row.put("entries_logged", logged.entries()).say("log", logged.messages());
    }
}
