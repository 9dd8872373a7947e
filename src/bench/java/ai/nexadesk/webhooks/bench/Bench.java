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
            Workloads: fanout1 fanout5 lognormal hostile kill9 oldlog, or "all" for all of these
              ordinary   20, 100 and 300 events/s after a cold start (600 seconds each)
              options    the cost of conditions and of ordered delivery, at five webhooks
              breaking   hostile, with endpoints that drip, flood, reset, or do not speak HTTP
              kafka      requires --set nexadesk.kafka.bootstrap-servers=HOST:PORT of an empty broker
              kept       1,000 deliveries to each installed web server, at pauses around its keep-alive timeout
              recovery   the effect of a bulk retry on live events
            Faults: kill9 killdb killembedded frozen dbcut dbfrozen locked lockedlog slowdb diskfull kafkaaway two
              rolling, or "faults" for all of them
            Options:
              --seconds N       duration of each measured phase (20)
              --warmup N        seconds of saturation before measuring (12)
              --rate N          events/s; measures only at this rate instead of the highest, half of it, and 1,000;
                                the default is 200 in recovery and 100 in faults
              --deliveries N    deliveries/s to the healthy endpoints in lognormal, hostile and breaking (600)
              --batch N         events per request (1)
              --connections N   connections of the publisher (64)
              --rows N          old attempts in oldlog (1000000), events in kafka (100000), or failed deliveries
                                in recovery (10000)
              --app DIR         the packaged application (target/quarkus-app)
              --java FILE       the java command that runs the application
              --jvm "OPTIONS"   options of the application's JVM
              --set NAME=VALUE  a setting of the application; can be repeated
              --times N         number of kills in kill9 (50)
              --hold N          duration in seconds of the faults that last (20 to 30)
              --prometheus FILE a Prometheus program that scrapes the replicas in faults, to report which alerts fire
              --json FILE       the file for the results (target/bench.json)
              --explain MS      logs the plans of slower statements in bench-postgresql.log, beside the results
              --no-raw          skips the raw pipeline
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
            System.out.println(unknown.isEmpty() ? HELP : "Unknown options: " + unknown + "\n" + HELP);
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
