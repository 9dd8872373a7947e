package ai.nexadesk.webhooks.bench;

import ai.nexadesk.webhooks.bench.fault.Faults;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.workload.FanOut;
import ai.nexadesk.webhooks.bench.workload.KafkaTopic;
import ai.nexadesk.webhooks.bench.workload.KeptConnections;
import ai.nexadesk.webhooks.bench.workload.ManyEndpoints;
import ai.nexadesk.webhooks.bench.workload.OldLog;
import ai.nexadesk.webhooks.bench.workload.Ordinary;
import ai.nexadesk.webhooks.bench.workload.Recovery;
import ai.nexadesk.webhooks.bench.workload.WebhookOptions;

import java.util.List;
import java.util.Set;

/** The command-line entry point. Runs the given workloads one after another, and exits with 1 if a check fails. */
public final class Bench {

    private static final String HELP = """
            Workloads: fanout1 fanout5 lognormal hostile kill9 oldlog all
              ordinary, 20, 100 and 300 events a second, after a cold start (600 seconds each)
              options, what conditions and order at each of five webhooks cost
              breaking, hostile with endpoints that drip, flood, speak no HTTP or reset
              kafka, which needs --set nexadesk.kafka.bootstrap-servers=HOST:PORT of an empty broker
              kept, 1,000 deliveries to each installed web server at pauses around its keep-alive timeout
              recovery, what live events feel of a bulk retry
            Faults: kill9 killdb killembedded frozen dbcut dbfrozen locked lockedlog slowdb diskfull kafkaaway two rolling,
              or "faults" for all of them
            Options:
              --seconds N       of each measured phase (20)
              --warmup N        seconds of saturation before (12)
              --rate N          measure at this many events/s only, instead of the highest, half of it, and 1,000;
                                in recovery (200), in faults (100)
              --deliveries N    a second, to the healthy endpoints of lognormal, hostile and breaking (600)
              --batch N         events in a request (1)
              --connections N   of the publisher (64)
              --rows N          old attempts in workload oldlog (1000000), events in kafka (100000), or failed
                                deliveries in recovery (10000)
              --app DIR         the packaged application (target/quarkus-app)
              --java FILE       what runs it
              --jvm "OPTIONS"   of its JVM
              --set NAME=VALUE  one of its settings; can be repeated
              --times N         so many kills in kill9 (50)
              --hold N          seconds that a fault lasts, of those that last (20 to 30)
              --prometheus FILE this program looks at the replicas in faults, to tell which alerts fire
              --json FILE       where the figures go (target/bench.json)
              --explain MS      keeps the plans of statements that take longer, in bench-postgresql.log beside the figures
              --no-raw          without the raw pipeline
            """;
    private static final List<String> ALL = List.of("fanout1", "fanout5", "lognormal", "hostile", "kill9", "oldlog");
    private static final Set<String> NAMES = Set.of(
            "seconds",
            "warmup",
            "rate",
            "batch",
            "connections",
            "rows",
            "times",
            "explain",
            "deliveries",
            "hold",
            "prometheus");

    private Bench() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("vertx.disableFileCPResolving", "true");
        var options = Options.parse(args);
        var unknown = options.values().keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .toList();
        if (!unknown.isEmpty()
                || options.workloads().isEmpty()
                || options.workloads().contains("help")) {
            System.out.println(unknown.isEmpty() ? HELP : "There is no option " + unknown + ".\n" + HELP);
            System.exit(unknown.isEmpty() ? 0 : 2);
        }
        var report = new Report();
        for (var workload : chosen(options.workloads())) {
            System.out.println(workload);
            try {
                run(workload, options, report);
            } catch (Exception e) {
                e.printStackTrace();
                report.fail(workload + ": " + e);
            }
        }
        report.print();
        report.write(options.json());
        System.exit(report.isGood() ? 0 : 1);
    }

    /**
     * Expands the arguments into workloads. "faults" alone means all faults. Before the names of faults, it is ignored.
     */
    private static List<String> chosen(List<String> words) {
        if (words.contains("all")) {
            return ALL;
        }
        return words.equals(List.of("faults"))
                ? Faults.ALL
                : words.stream().filter(word -> !word.equals("faults")).toList();
    }

    private static void run(String workload, Options options, Report report) throws Exception {
        switch (workload) {
            case "fanout1" -> FanOut.run(options, report, 1);
            case "fanout5" -> FanOut.run(options, report, 5);
            case "ordinary" -> Ordinary.run(options, report);
            case "options" -> WebhookOptions.run(options, report);
            case "lognormal" -> ManyEndpoints.lognormal(options, report);
            case "hostile" -> ManyEndpoints.hostile(options, report);
            case "breaking" -> ManyEndpoints.breaking(options, report);
            case "oldlog" -> OldLog.run(options, report);
            case "recovery" -> Recovery.run(options, report);
            case "kept" -> KeptConnections.run(report);
            case "kafka" -> KafkaTopic.run(options, report);
            default -> new Faults(options, report).run(workload);
        }
    }
}
