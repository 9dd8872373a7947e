package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Behaviour;
import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.lab.Space;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Workloads (b) and (c): 1,000 slow endpoints; and the same with 5% of them hanging, 5% responding with 500, and one
 * more endpoint that gets 30% of all deliveries. Compares the times of the healthy endpoints. A further workload has 5%
 * of each kind that violates the protocol.
 */
public final class ManyEndpoints {

    private static final int SPACES = 200;
    private static final int FAN_OUT = 5;
    private static final int ENDPOINTS = SPACES * FAN_OUT;
    /** The number of endpoints of each hostile kind; the healthy endpoints follow. */
    private static final int HOSTILE = ENDPOINTS / 20;

    private static final int GREEDY_SPACE = SPACES;
    /** The number of events for the greedy endpoint in each {@link #ROUND}: 15 deliveries of 50. */
    private static final int GREEDY_EVENTS = 15;

    private static final int ROUND = 22;
    private static final int DELIVERIES_A_ROUND = GREEDY_EVENTS + (ROUND - GREEDY_EVENTS) * FAN_OUT;
    private static final int WARM_UP_SECONDS = 15;
    private static final double AIM = 1.5;

    private final Options options;
    private final Report report;
    private final List<Behaviour> kinds;
    private final double deliveriesPerSecond;

    private ManyEndpoints(Options options, Report report, Behaviour... kinds) {
        this.options = options;
        this.report = report;
        this.kinds = List.of(kinds);
        this.deliveriesPerSecond = options.number("deliveries", 600);
    }

    /** Workload (b). */
    public static void lognormal(Options options, Report report) throws IOException, SQLException {
        new ManyEndpoints(options, report).baseline("lognormal");
    }

    /** Workload (c), after its baseline. */
    public static void hostile(Options options, Report report) throws IOException, SQLException {
        new ManyEndpoints(options, report, Behaviour.HANG, Behaviour.FAIL).compare("hostile");
    }

    /** The workload with endpoints that violate the protocol. */
    public static void breaking(Options options, Report report) throws IOException, SQLException {
        new ManyEndpoints(options, report, Behaviour.DRIP, Behaviour.FLOOD, Behaviour.GARBAGE, Behaviour.RESET)
                .compare("breaking");
    }

    private void compare(String name) throws IOException, SQLException {
        var baseline = baseline("baseline");
        var row = withHostiles(name);
        double ratio = row.get("receipt_p99_ms") / baseline.get("receipt_p99_ms");
        report.add(row.put("p99_to_baseline", ratio));
        if (ratio > AIM) {
            System.out.printf(
                    "  p99 of the healthy endpoints is %.2f times the baseline; the target is %.1f%n", ratio, AIM);
        }
    }

    /** Measures the healthy endpoints alone, with as many deliveries per second as they get beside hostile ones. */
    private Row baseline(String name) throws IOException, SQLException {
        double events = deliveriesPerSecond / FAN_OUT;
        try (var lab = lab();
                var publisher = publisher(lab, number -> number % SPACES)) {
            lab.sink().behave(0, ENDPOINTS, Behaviour.SLOW);
            var phases = new Phases(lab, publisher, report, List.of(), this::isHealthy);
            phases.hold("warm-up", events, WARM_UP_SECONDS);
            var row = phases.hold(name, events, options.number("seconds", 20));
            report.add(row);
            lab.application().stop();
            report.add(new Checks(lab, report, name + " checks").run(endpoint -> true, List.of()));
            return row;
        }
    }

    private Row withHostiles(String name) throws IOException, SQLException {
        // The others' share is as in the baseline; the greedy endpoint's share is added.
        double events = deliveriesPerSecond / (DELIVERIES_A_ROUND - GREEDY_EVENTS) * ROUND;
        try (var lab = lab();
                var publisher = publisher(lab, ManyEndpoints::withGreedy)) {
            lab.sink().behave(0, ENDPOINTS + 1, Behaviour.SLOW);
            var hostile = hostileWebhooks(lab.spaces());
            var phases = new Phases(lab, publisher, report, hostile, this::isHealthy);
            phases.hold("warm-up", events, WARM_UP_SECONDS);
            for (int i = 0; i < kinds.size(); i++) {
                lab.sink().behave(i * HOSTILE, (i + 1) * HOSTILE, kinds.get(i));
            }
            var row = phases.hold(name, events, options.number("seconds", 20));
            lab.application().stop();
            report.add(new Checks(lab, report, name + " checks").run(endpoint -> endpoint >= hostile(), List.of()));
            return row;
        }
    }

    private Lab lab() throws IOException, SQLException {
        var fanOuts = new ArrayList<>(Collections.nCopies(SPACES, FAN_OUT));
        fanOuts.add(1);
        return Lab.open(options, fanOuts);
    }

    private Publisher publisher(Lab lab, IntUnaryOperator traffic) {
        return new Publisher(options, List.of(lab.application().port()), lab.spaces(), lab.published(), traffic);
    }

    private static int withGreedy(int number) {
        int inRound = number % ROUND;
        return inRound < GREEDY_EVENTS
                ? GREEDY_SPACE
                : (number / ROUND * (ROUND - GREEDY_EVENTS) + inRound - GREEDY_EVENTS) % SPACES;
    }

    private int hostile() {
        return kinds.size() * HOSTILE;
    }

    private boolean isHealthy(int endpoint) {
        return endpoint >= hostile() && endpoint < ENDPOINTS;
    }

    private List<String> hostileWebhooks(List<Space> spaces) {
        return spaces.stream()
                .flatMap(space -> space.webhooks().stream())
                .limit(hostile())
                .toList();
    }
}
