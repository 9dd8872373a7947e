package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.measure.Report;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** Workload (a): every event goes to this many fast endpoints. Ten workspaces take turns. */
public final class FanOut {

    private static final int SPACES = 10;
    private static final int SATURATION_SECONDS = 12;
    private static final double STEADY = 1_000;

    private FanOut() {}

    public static void run(Options options, Report report, int fanOut) throws IOException, SQLException {
        var name = "fanout" + fanOut;
        int seconds = options.number("seconds", 20);
        double highest;
        try (var lab = Lab.open(options, Collections.nCopies(SPACES, fanOut));
                var publisher = new Publisher(
                        options,
                        List.of(lab.application().port()),
                        lab.spaces(),
                        lab.published(),
                        number -> number % SPACES)) {
            var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
            double saturation = phases.saturate(options.number("warmup", SATURATION_SECONDS));
            System.out.printf("  %s: saturated at %.0f deliveries/s%n", name, saturation);
            int rate = options.number("rate", 0);
            if (rate > 0) {
                var row = phases.hold(name + " " + rate + "/s", rate, seconds);
                report.add(row);
                highest = row.get("deliveries_per_s");
            } else {
                var row = phases.highest(name + " max", saturation, fanOut, seconds);
                report.add(row);
                if (row.get("sustained") == 0) {
                    report.fail(name + ": no rate was sustained");
                }
                highest = row.get("deliveries_per_s");
                report.add(phases.hold(name + " half", highest / fanOut / 2, seconds));
                report.add(phases.hold(name + " 1,000/s", STEADY, seconds));
            }
            lab.database().dearest().forEach(line -> System.out.println("  " + line));
            lab.application().stop();
            report.add(new Checks(lab, report, name + " checks").run(endpoint -> true, List.of()));
            if (options.raw()) {
                var raw = RawPipeline.run(lab, fanOut, seconds);
                raw.put("product_to_raw", highest / raw.get("deliveries_per_s"));
                report.add(raw);
            }
        }
    }
}
