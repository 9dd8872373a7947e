package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.measure.Report;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * The rates of most installations, on an application that was just started. Shows the cost of a delivery that is not
 * batched with others, and the figures of the first minute.
 */
public final class Ordinary {

    private static final List<Integer> FAN_OUTS = List.of(1, 5);
    private static final List<Integer> RATES = List.of(300, 100, 20);
    private static final int FIRST_SECONDS = 50;

    private Ordinary() {}

    public static void run(Options options, Report report) throws IOException, SQLException {
        int seconds = options.number("seconds", 600);
        for (int fanOut : FAN_OUTS) {
            try (var lab = Lab.open(options, List.of(fanOut));
                    var publisher = new Publisher(
                            options, List.of(lab.application().port()), lab.spaces(), lab.published(), number -> 0)) {
                var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
                report.add(phases.hold("cold, fan-out " + fanOut, RATES.get(0), FIRST_SECONDS));
                for (int rate : RATES) {
                    report.add(phases.hold(rate + "/s, fan-out " + fanOut, rate, seconds));
                }
                lab.application().stop();
                report.add(new Checks(lab, report, "checks, fan-out " + fanOut).run(endpoint -> true, List.of()));
            }
        }
    }
}
