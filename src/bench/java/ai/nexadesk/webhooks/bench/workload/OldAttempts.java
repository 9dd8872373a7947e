package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Database;
import ai.nexadesk.webhooks.bench.measure.Pause;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Fills the log with deliveries of the last days, in their daily partitions. Each delivery has one attempt. */
final class OldAttempts {

    private static final int DAYS = 28;

    /**
     * The deliveries of one day, spread over the workspace's webhooks. IDs are generated from the time, like those of
     * the application.
     */
    private static final String FILL = """
            with made as materialized (
                select n, uuidv7(timestamptz '%s' + n * interval '86400 seconds' / %d - clock_timestamp()) as id
                from generate_series(0, %d - 1) n
            ), hooks as (
                select array_agg(id order by id) as ids from webhook where workspace_id = '%s'
            ), deliveries as (
                insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status, attempts,
                    attempted_at, status_code, error_code, duration_ms)
                select id, '%s', ids[1 + n %% cardinality(ids)], id, 'old-' || id, 'lead.created',
                    case when n %% 50 = 0 then 'failed' else 'delivered' end, 1,
                    uuid_extract_timestamp(id), case when n %% 50 = 0 then 500 else 200 end,
                    case when n %% 50 = 0 then 'http_status' end, 20 + n %% 100
                from made, hooks
            )
            insert into attempt (delivery_id, number, trigger, started_at, duration_ms, status_code, error_code, url,
                request_headers, response_headers)
            select id, 1, 'automatic', uuid_extract_timestamp(id), 20 + n %% 100,
                case when n %% 50 = 0 then 500 else 200 end, case when n %% 50 = 0 then 'http_status' end,
                'https://example.com/hook', '[["Content-Type","application/json"]]', '[["Content-Length","0"]]'
            from made
            """;

    private OldAttempts() {}

    static void fill(Database database, String workspace, int rows) throws IOException, SQLException {
        var today = LocalDate.now(ZoneOffset.UTC);
        int aDay = rows / DAYS;
        for (int back = DAYS; back > 0; back--) {
            var day = today.minusDays(back);
            for (var table : new String[] {"event", "delivery", "attempt"}) {
                database.execute("create table if not exists %s_%s partition of %s for values from ('%s') to ('%s')"
                        .formatted(
                                table,
                                day.format(DateTimeFormatter.BASIC_ISO_DATE),
                                table,
                                lowest(day),
                                lowest(day.plusDays(1))));
            }
            database.execute(FILL.formatted(day + " 00:00:00Z", aDay, aDay, workspace, workspace));
        }
        // Wait until the application has counted them. In a log that grew normally, this was done long ago.
        while (database.number("select count(*) from (select from delivery_change limit 1) one") > 0) {
            Pause.millis(500);
        }
        for (var table : List.of("delivery", "attempt", "delivery_change", "delivery_hour")) {
            database.execute("vacuum analyze " + table);
        }
    }

    /** The lowest ID of a day: its first millisecond followed by zeros (RFC 9562, version 7). */
    private static String lowest(LocalDate day) {
        long millis = Instant.from(day.atStartOfDay(ZoneOffset.UTC)).toEpochMilli();
        var hex = "%012x".formatted(millis);
        return hex.substring(0, 8) + "-" + hex.substring(8) + "-0000-0000-000000000000";
    }
}
