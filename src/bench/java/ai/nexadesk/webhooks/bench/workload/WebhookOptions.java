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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the cost of webhook options: the same load without options, with twenty conditions on each of five webhooks,
 * in order per record, and without options again.
 */
public final class WebhookOptions {

    private static final int SPACES = 10;
    private static final int FAN_OUT = 5;
    private static final int RATE = 200;
    private static final int SATURATION_SECONDS = 12;
    private static final int CONDITIONS = 20;

    private static final String PLAIN = "{\"conditions\":null,\"ordered\":false}";

    private WebhookOptions() {}

    public static void run(Options options, Report report) throws IOException, SQLException {
        int seconds = options.number("seconds", 20);
        int warmUp = options.number("warmup", SATURATION_SECONDS);
        var changes = new LinkedHashMap<String, String>();
        changes.put("plain", PLAIN);
        changes.put(CONDITIONS + " conditions", "{\"conditions\":" + conditions() + ",\"ordered\":false}");
        changes.put("ordered", "{\"conditions\":null,\"ordered\":true}");
        changes.put("plain again", PLAIN);
        try (var lab = Lab.open(options, Collections.nCopies(SPACES, FAN_OUT));
                var publisher = new Publisher(
                        options,
                        List.of(lab.application().port()),
                        lab.spaces(),
                        lab.published(),
                        number -> number % SPACES)) {
            var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
            phases.saturate(warmUp);
            for (var change : changes.entrySet()) {
                change(lab, change.getValue());
                double saturation = phases.saturate(SATURATION_SECONDS);
                var row = phases.hold(change.getKey(), options.number("rate", RATE), seconds);
                report.add(row.put("saturated_at", saturation));
                System.out.printf("  %s: saturated at %.0f deliveries/s%n", change.getKey(), saturation);
            }
            lab.application().stop();
            report.add(new Checks(lab, report, "options checks").run(endpoint -> true, List.of()));
        }
    }

    /** Conditions that every event meets, so that all of them are evaluated. */
    private static String conditions() {
        return IntStream.range(0, CONDITIONS)
                .mapToObj("{\"field\":\"pipeline_stage\",\"operator\":\"is_not\",\"value\":\"lost %d\"}"::formatted)
                .collect(Collectors.joining(",", "{\"match\":\"all\",\"rules\":[", "]}"));
    }

    private static void change(Lab lab, String body) throws IOException {
        for (var space : lab.spaces()) {
            for (var webhook : space.webhooks()) {
                var answer =
                        lab.application().patch("/api/v1/external/webhooks/" + webhook, "Bearer " + space.key(), body);
                if (answer.statusCode() != 200) {
                    throw new IOException(webhook + ": " + answer.statusCode() + " " + answer.body());
                }
            }
        }
    }
}
