package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;

import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The fault suite. It runs each fault under load, on an installation of its own. */
public final class Faults {

    public static final List<String> ALL = List.of(
            "kill9",
            "killdb",
            "killembedded",
            "frozen",
            "dbcut",
            "dbfrozen",
            "locked",
            "lockedlog",
            "slowdb",
            "diskfull",
            "kafkaaway",
            "two",
            "rolling");

    private static final int SPACES = 4;
    private static final int FAN_OUT = 2;
    private static final int ENDPOINTS = SPACES * FAN_OUT;
    private static final int RATE = 100;
    private static final int LEASE_SECONDS = 15;

    /** Allows one or two seconds for the restart itself, and the same again for the CPU time that two new JVMs take. */
    private static final double MAX_ROLLING_DELAY_MILLIS = 4_000;

    private static final String SHORT_RETRIES = "nexadesk.delivery.retry-delays=1s,1s,2s,5s,5s";

    private final Options options;
    private final Report report;
    private final Random random = new Random();

    public Faults(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    public void run(String name) throws Exception {
        switch (name) {
            case "kill9" -> with(name, 1, this::killApplication);
            case "killdb" -> withCable(name, DatabaseFaults::kill);
            case "killembedded" -> killEmbedded(name);
            case "frozen" -> with(name, 2, Faults::freeze);
            case "dbcut" -> withCable(name, DatabaseFaults::cut);
            case "dbfrozen" -> with(name, 2, DatabaseFaults::freeze);
            case "locked" -> with(name, 2, run -> DatabaseFaults.lock(run, "work"));
            case "lockedlog" -> with(name, 2, run -> DatabaseFaults.lock(run, "attempt"));
            case "slowdb" -> withCable(name, DatabaseFaults::slow);
            case "kafkaaway" -> new KafkaAway(options, report).run(name);
            case "diskfull" -> new DiskFull(options, report).run(name);
            case "two" -> with(name, 2, run -> Pause.millis(20_000));
            case "rolling" -> with(name, 2, Faults::restartAll);
            default -> throw new IllegalArgumentException("Unknown fault " + name + ". The faults are " + ALL + ".");
        }
    }

    private void with(String name, int replicas, FaultRun.Fault fault) throws Exception {
        try (var lab = Lab.empty(options, ENDPOINTS)) {
            for (int i = 0; i < replicas; i++) {
                lab.startApplication(lab.database().jdbcUrl(), SHORT_RETRIES);
            }
            lab.makeSpaces(Collections.nCopies(SPACES, FAN_OUT));
            new FaultRun(name, lab, report).under(options.number("rate", RATE), fault);
        }
    }

    /** A fault on the connection to the database. */
    interface CableFault {
        void happen(FaultRun run, Cable cable) throws Exception;
    }

    private void withCable(String name, CableFault fault) throws Exception {
        try (var lab = Lab.empty(options, ENDPOINTS);
                var cable = Cable.to(lab.database().port())) {
            lab.startApplication(cable.jdbcUrl(), SHORT_RETRIES);
            lab.makeSpaces(Collections.nCopies(SPACES, FAN_OUT));
            new FaultRun(name, lab, report).under(options.number("rate", RATE), run -> {
                run.crash();
                fault.happen(run, cable);
                run.crash();
            });
        }
    }

    private void killApplication(FaultRun run) throws Exception {
        int times = options.number("times", 50);
        var application = run.lab().application();
        for (int i = 0; i < times; i++) {
            Pause.millis(500 + random.nextInt(4_000));
            run.crash();
            application.kill();
            application.relaunch();
            application.awaitReady();
        }
        System.out.println("  killed " + times + " times");
    }

    /** The application cannot continue without its database; its supervisor restarts it. */
    private void killEmbedded(String name) throws Exception {
        try (var lab = Lab.evaluation(options, ENDPOINTS)) {
            lab.makeSpaces(Collections.nCopies(SPACES, FAN_OUT));
            new FaultRun(name, lab, report).under(options.number("rate", RATE), run -> {
                run.crash();
                lab.database().kill();
                Pause.millis(5_000);
                boolean isAlive = lab.application().isAlive();
                System.out.println(
                        "  5 s after its database was killed the application " + (isAlive ? "runs" : "has exited"));
                if (isAlive) {
                    lab.application().stop();
                }
                lab.application().relaunch();
                lab.application().awaitReady();
                run.crash();
            });
        }
    }

    private static void freeze(FaultRun run) throws Exception {
        var frozen = run.lab().applications().get(1);
        run.crash();
        frozen.signal("STOP");
        run.hold(LEASE_SECONDS + 10);
        run.crash();
        frozen.signal("CONT");
        Pause.millis(10_000);
    }

    private static void restartAll(FaultRun run) throws Exception {
        run.delayAtMost(MAX_ROLLING_DELAY_MILLIS);
        for (var application : run.lab().applications()) {
            long start = System.nanoTime();
            application.stop();
            System.out.printf("  a replica exited within %.1f s%n", (System.nanoTime() - start) / 1e9);
            application.relaunch();
            application.awaitReady();
            Pause.millis(3_000);
        }
    }
}
