package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Behaviour;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.lab.Session;
import ai.nexadesk.webhooks.bench.measure.Numbers;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Workload (e): reads the pages of a log with many old attempts, with a person's session, while events are published.
 */
public final class OldLog {

    private static final int RATE = 200;
    private static final int DELAY_MILLIS = 20;

    private OldLog() {}

    public static void run(Options options, Report report) throws Exception {
        int rows = options.number("rows", 1_000_000);
        int seconds = options.number("seconds", 20);
        double rate = options.number("rate", RATE);
        try (var lab = Lab.open(options, List.of(5));
                var publisher = new Publisher(
                        options, List.of(lab.application().port()), lab.spaces(), lab.published(), number -> 0)) {
            long start = System.nanoTime();
            OldAttempts.fill(lab.database(), lab.spaces().get(0).id(), rows);
            System.out.printf("  %,d old attempts stored in %.0f s%n", rows, (System.nanoTime() - start) / 1e9);
            var cookie = Session.signIn(lab, lab.spaces().get(0));
            var pages = pages(lab.spaces().get(0).webhooks().stream().sorted().toList());
            var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
            var ends = new AtomicBoolean();
            var warming = CompletableFuture.runAsync(() -> read(lab, pages, cookie, ends::get));
            phases.hold("warm-up", rate, options.number("warmup", 30));
            ends.set(true);
            warming.join();
            ends.set(false);
            lab.database().forgetStatements();
            var reading = CompletableFuture.supplyAsync(() -> read(lab, pages, cookie, ends::get));
            var row = phases.hold("oldlog", rate, seconds);
            ends.set(true);
            reading.join().forEach((name, times) -> row.put("reads_" + name, times.size())
                    .put(name + "_p50_ms", times.millis(50))
                    .put(name + "_p99_ms", times.millis(99)));
            report.add(row);
            report.add(outage(lab, publisher, rate, cookie));
            lab.database().dearest().forEach(line -> System.out.println("  " + line));
        }
    }

    /** Makes an endpoint fail, and measures how long it takes until the list of webhooks shows it as degraded. */
    private static Row outage(Lab lab, Publisher publisher, double rate, String cookie) throws IOException {
        var isShown = new AtomicBoolean();
        lab.sink().behave(0, 1, Behaviour.FAIL);
        long start = System.nanoTime();
        var publishing = CompletableFuture.runAsync(() -> publish(publisher, rate, () -> !isShown.get()));
        while (!lab.application().get("/settings/webhooks", cookie).body().contains("Degraded")) {
            Pause.millis(DELAY_MILLIS);
        }
        isShown.set(true);
        double seconds = (System.nanoTime() - start) / 1e9;
        publishing.join();
        return Row.named("oldlog outage").put("shown_after_s", seconds);
    }

    private static void publish(Publisher publisher, double rate, BooleanSupplier goesOn) {
        try {
            publisher.open(rate, false, goesOn);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The paths of the pages, by the name of their figure. All failures are at the first of these webhooks. */
    private static Map<String, String> pages(List<String> webhooks) {
        var failing = "/settings/webhooks/" + webhooks.get(0);
        var healthy = "/settings/webhooks/" + webhooks.get(1);
        var pages = new LinkedHashMap<String, String>();
        pages.put("log", healthy + "/logs");
        pages.put("failed", failing + "/logs?status=failed");
        pages.put("none_failed", healthy + "/logs?status=failed");
        pages.put("one_type", healthy + "/logs?event=lead.created");
        pages.put("all_failed", "/settings/needs-attention");
        pages.put("overview", healthy);
        pages.put("overview_30d", failing + "?span=30d");
        pages.put("webhooks", "/settings/webhooks");
        return pages;
    }

    /** Reads the pages in turn, and returns how long each request took, in microseconds. */
    private static Map<String, Numbers> read(Lab lab, Map<String, String> pages, String cookie, BooleanSupplier ends) {
        var times = new LinkedHashMap<String, Numbers>();
        try {
            while (!ends.getAsBoolean()) {
                for (var page : pages.entrySet()) {
                    long start = System.nanoTime();
                    var answer = lab.application().get(page.getValue(), cookie);
                    times.computeIfAbsent(page.getKey(), name -> new Numbers())
                            .add((System.nanoTime() - start) / 1_000);
                    if (answer.statusCode() != 200 || !answer.body().contains("</html>")) {
                        throw new IOException(page.getValue() + " did not return a page: " + answer.statusCode());
                    }
                    Pause.millis(DELAY_MILLIS);
                }
            }
            return times;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
