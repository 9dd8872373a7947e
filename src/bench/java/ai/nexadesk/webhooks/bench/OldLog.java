package ai.nexadesk.webhooks.bench;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Workload (e): a log of many old attempts; its pages are read, with a person's session, while events are published. */
final class OldLog {

    private static final double RATE = 200;
    private static final int DELAY_MILLIS = 50;
    private static final String CSRF = "nexadesk-csrf";

    private OldLog() {}

    static void run(Options options, Report report) throws Exception {
        int rows = options.number("rows", 1_000_000);
        int seconds = options.number("seconds", 20);
        try (var lab = Lab.open(options, List.of(5));
                var publisher = new Publisher(
                        options, List.of(lab.application().port()), lab.spaces(), lab.published(), number -> 0)) {
            long start = System.nanoTime();
            OldAttempts.fill(lab.database(), lab.spaces().get(0).id(), rows);
            System.out.printf("  %,d old attempts stored in %.0f s%n", rows, (System.nanoTime() - start) / 1e9);
            var cookie = signIn(lab);
            var path = "/settings/webhooks/" + lab.spaces().get(0).webhooks().get(0) + "/logs";
            var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
            phases.hold("warm-up", RATE, 10);
            read(lab, path, cookie, () -> false, 40);
            var ends = new AtomicBoolean();
            var reading = CompletableFuture.supplyAsync(() -> read(lab, path, cookie, ends::get, Integer.MAX_VALUE));
            var row = phases.hold("oldlog", RATE, seconds);
            ends.set(true);
            var pages = reading.join();
            row.put("log_pages_read", pages.size());
            row.put("log_page_p50_ms", pages.millis(50)).put("log_page_p99_ms", pages.millis(99));
            var failed = read(lab, path + "?status=failed", cookie, () -> false, 100);
            row.put("log_page_failed_p50_ms", failed.millis(50)).put("log_page_failed_p99_ms", failed.millis(99));
            report.add(row);
            lab.database().dearest().forEach(line -> System.out.println("  " + line));
        }
    }

    /** Signs in through the form, and tells the cookie. */
    private static String signIn(Lab lab) throws IOException {
        var csrf = cookie(lab.application().get("/login", ""), CSRF);
        var form = "csrf-token=" + encode(csrf.substring(CSRF.length() + 1)) + "&email="
                + encode(Spaces.email(lab.spaces().get(0).id())) + "&password=" + encode(Spaces.PASSWORD);
        var answer = lab.application().post("/login", "Cookie", csrf, "application/x-www-form-urlencoded", form);
        return cookie(answer, "nexadesk");
    }

    private static String cookie(java.net.http.HttpResponse<String> answer, String name) throws IOException {
        return answer.headers().allValues("set-cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .filter(cookie -> cookie.startsWith(name + "="))
                .findFirst()
                .orElseThrow(() -> new IOException("No cookie " + name + " with " + answer.statusCode()));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Reads a page again and again, and tells how long each reading took, in microseconds. */
    private static Numbers read(
            Lab lab, String path, String cookie, java.util.function.BooleanSupplier ends, int times) {
        var micros = new Numbers();
        try {
            for (int i = 0; i < times && !ends.getAsBoolean(); i++) {
                long start = System.nanoTime();
                var answer = lab.application().get(path, cookie);
                micros.add((System.nanoTime() - start) / 1_000);
                if (answer.statusCode() != 200 || !answer.body().contains("lead.created")) {
                    throw new IOException("The log page shows no log: " + answer.statusCode());
                }
                Pause.millis(DELAY_MILLIS);
            }
            return micros;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
