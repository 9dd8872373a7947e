package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntPredicate;

/** The exactness checks that make a run fail. */
public final class Checks {

    private static final String DELIVERIES = "select count(*) from delivery where event_type <> 'ping'";
    private static final String ATTEMPTS = "select count(*) from attempt";
    private static final String FAILED =
            "select count(*) from attempt where error_code is not null and error_code <> 'interrupted'";
    /** Attempts that may have failed before the sink received any part of them. */
    private static final String UNANSWERED = "select count(*) from attempt where status_code is null";

    private static final String CODES =
            "select coalesce(error_code, 'none'), count(*) from attempt group by 1 order by 1";
    private static final String INTERRUPTED = "select count(*) from attempt where error_code = 'interrupted'";

    private final Lab lab;
    private final Report report;
    private final String workload;

    public Checks(Lab lab, Report report, String workload) {
        this.lab = lab;
        this.report = report;
        this.workload = workload;
    }

    /**
     * Compares the acknowledged events, the received requests and the log, after the applications have stopped.
     *
     * @param endpoints the endpoints that must have received everything; deliveries to others must at least be stored
     * @param crashes the periods in which duplicates and interrupted attempts are allowed: from a kill until other
     *     replicas have had time to take over
     */
    public Row run(IntPredicate endpoints, List<long[]> crashes) throws IOException, SQLException {
        var counts = lab.sink().counts();
        var receipts = lab.receipts();
        long lost = receipts.missing(endpoints);
        long requests = counts.getLong("requests");
        long attempts = lab.database().number(ATTEMPTS);
        long interrupted = lab.database().number(INTERRUPTED);
        long stored = lab.database().number(DELIVERIES);
        long acknowledged = lab.published().acknowledgedDeliveries();
        expect(lost == 0, lost + " deliveries of acknowledged events never arrived");
        expect(stored >= acknowledged, "only " + stored + " of " + acknowledged + " deliveries are stored");
        System.out.println("  attempts by error: " + lab.database().pairs(CODES));
        if (!crashes.isEmpty()) {
            expect(
                    attempts - lab.database().number(UNANSWERED) <= requests && requests <= attempts,
                    requests + " requests, but the log has " + lab.database().pairs(CODES));
        } else {
            expect(requests == attempts, requests + " requests, but " + attempts + " attempts in the log");
            expect(interrupted == 0, interrupted + " attempts were interrupted");
            expect(
                    receipts.strangers() == 0,
                    receipts.strangers() + " requests with unknown events or at wrong endpoints");
        }
        long stray = receipts.duplicatesOutside(crashes);
        // If a backlog has grown, work that a crash interrupted may be repeated long after it. The log shows how often
        // that happened.
        long explained = lab.database().number(FAILED) + interrupted;
        expect(stray <= explained, stray + " duplicates that neither a crash nor a failed attempt explains");
        for (var wrong : new String[] {"wrongSignatures", "wrongBodies", "unchecked", "overlaps"}) {
            expect(counts.getLong(wrong) == 0, counts.getLong(wrong) + " " + wrong);
        }
        return Row.named(workload)
                .put("events", lab.published().size())
                .put("deliveries_acknowledged", acknowledged)
                .put("requests", requests)
                .put("attempts_logged", attempts)
                .put("interrupted", interrupted)
                .put("duplicates", receipts.duplicates())
                .put(
                        "largest_delay_ms",
                        receipts.micros(0, lab.published().size(), endpoints).millis(100))
                .put("lost", lost);
    }

    /** Fails the run unless this condition holds. */
    public void expect(boolean isSo, String otherwise) {
        if (!isSo) {
            report.fail(workload + ": " + otherwise);
        }
    }
}
