package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Behaviour;
import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.lab.Phases;
import ai.nexadesk.webhooks.bench.lab.Publisher;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Measures the effect of a bulk retry on live events: publishes at the same rate without and during a bulk retry, to
 * the webhook whose failed deliveries are retried and to nine others.
 */
public record Recovery(Options options, Report report, Lab lab, int failures, int rate) {

    private static final int SPACES = 10;
    private static final int RATE = 200;
    private static final int WARM_UP_SECONDS = 10;
    private static final int WINDOW = 256;
    private static final int PATIENCE_SECONDS = 300;

    public static void run(Options options, Report report) throws IOException, SQLException {
        try (var lab = Lab.empty(options, SPACES)) {
            lab.database().recycle();
            // With one retry, deliveries fail for good after two attempts.
            lab.startApplication(lab.database().jdbcUrl(), "nexadesk.delivery.retry-delays=1s");
            lab.makeSpaces(Collections.nCopies(SPACES, 1));
            new Recovery(options, report, lab, options.number("rows", 10_000), options.number("rate", RATE)).measure();
        }
    }

    private void measure() throws IOException, SQLException {
        fail();
        try (var publisher = publisher(number -> number % SPACES)) {
            var phases = new Phases(lab, publisher, report, List.of(), endpoint -> true);
            phases.hold("warm-up", rate, WARM_UP_SECONDS);
            var alone = hold(phases, "recovery alone");
            var job = ask(
                            "/webhooks/" + lab.spaces().get(0).webhooks().get(0) + "/deliveries/retry",
                            "{\"status\":\"failed\"}",
                            202)
                    .getJsonObject("job");
            var beside = hold(phases, "recovery retrying");
            var ended = ask("/jobs/" + job.getString("id") + "/cancel", "{}", 200);
            beside.put("retried", ended.getInteger("made"));
            beside.put("p99_to_alone", beside.get("receipt_p99_ms") / alone.get("receipt_p99_ms"));
            long left = lab.drain(List.of(), PATIENCE_SECONDS);
            lab.application().stop();
            var checks = new Checks(lab, report, "recovery checks");
            checks.expect(left == 0, left + " deliveries are unfinished");
            long again = lab.receipts().duplicates() - failures;
            checks.expect(again == ended.getInteger("made"), again + " were delivered again, but the job is " + ended);
            report.add(checks.run(endpoint -> true, List.of()));
        }
    }

    /** Makes all deliveries of the first webhook fail. */
    private void fail() throws IOException, SQLException {
        lab.sink().behave(0, 1, Behaviour.FAIL);
        try (var publisher = publisher(number -> 0)) {
            BooleanSupplier more = () -> lab.published().size() < failures;
            publisher.closed(WINDOW, more, more);
        }
        if (lab.drain(List.of(), PATIENCE_SECONDS) > 0) {
            throw new IOException("The deliveries did not fail within " + PATIENCE_SECONDS + " s");
        }
        lab.sink().behave(0, 1, Behaviour.FAST);
    }

    private Row hold(Phases phases, String name) throws IOException, SQLException {
        int from = lab.published().size();
        var row = phases.hold(name, rate, options.number("seconds", 20));
        var own = lab.receipts().micros(from, lab.published().size(), endpoint -> endpoint == 0);
        report.add(row.put("same_webhook_p50_ms", own.millis(50)).put("same_webhook_p99_ms", own.millis(99)));
        return row;
    }

    private Publisher publisher(IntUnaryOperator traffic) {
        return new Publisher(options, List.of(lab.application().port()), lab.spaces(), lab.published(), traffic);
    }

    private JsonObject ask(String path, String body, int expected) throws IOException {
        var answer = lab.application()
                .post(
                        "/api/v1/external" + path,
                        "Authorization",
                        "Bearer " + lab.spaces().get(0).key(),
                        "application/json",
                        body);
        if (answer.statusCode() != expected) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body()).getJsonObject("data");
    }
}
