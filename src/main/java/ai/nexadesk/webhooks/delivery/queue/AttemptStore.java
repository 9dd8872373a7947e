package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.HeaderJson;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.Outcome;
import org.jspecify.annotations.Nullable;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Records finished attempts, many in one statement. This class contains all performance-critical SQL of recording. */
@Singleton
public class AttemptStore {

    /**
     * The attempt is always logged. If a takeover has marked it as interrupted, the actual outcome replaces that. Work
     * and delivery change only if the lease was still held, that is, if owner and attempt number match. If the webhook
     * was ended while the request was in flight, the delivery stays ended, unless the request succeeded.
     *
     * <p>Work is locked row by row in a lateral query, deleted by an array, and updated by one-element arrays, so that
     * PostgreSQL cannot reorder the query. If the queue was nearly empty when it was analyzed, PostgreSQL may reverse
     * an equality join and scan the whole queue for every batch.
     *
     * <p>A delivery is also looked up by its webhook. Otherwise, PostgreSQL may use the index of the log for an empty
     * partition and scan all webhooks of the workspace for each delivery. No parameter limits its ID: PostgreSQL 18
     * loses updates if it prunes partitions both at the start of a statement and for each row, and the row has just
     * changed.
     */
    static final String FINISH = """
            with result as (
                select * from unnest(?::uuid[], ?::smallint[], ?::text[], ?::timestamptz[], ?::integer[], ?::smallint[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::boolean[], ?::text[],
                    ?::timestamptz[], ?::smallint[], ?::uuid[], ?::timestamptz[], ?::text[], ?::integer[], ?::integer[],
                    ?::integer[], ?::integer[], ?::text[])
                    as r (delivery_id, number, trigger, started_at, duration_ms, status_code, error_code, error_message,
                        url, request_headers, response_headers, response_body, truncated, status, next_at, tries, owner,
                        ended_at, workspace_id, dns_ms, connect_ms, tls_ms, first_byte_ms, webhook_id)
            ), logged as (
                insert into attempt (delivery_id, number, trigger, started_at, duration_ms, status_code, error_code,
                    error_message, url, request_headers, response_headers, response_body, truncated, dns_ms, connect_ms,
                    tls_ms, first_byte_ms)
                select delivery_id, number, trigger, started_at, duration_ms, status_code, error_code, error_message, url,
                    request_headers, response_headers, response_body, truncated, dns_ms, connect_ms, tls_ms,
                    first_byte_ms
                from result
                on conflict (delivery_id, number) do update set started_at = excluded.started_at,
                    duration_ms = excluded.duration_ms, status_code = excluded.status_code,
                    error_code = excluded.error_code, error_message = excluded.error_message, url = excluded.url,
                    request_headers = excluded.request_headers, response_headers = excluded.response_headers,
                    response_body = excluded.response_body, truncated = excluded.truncated, dns_ms = excluded.dns_ms,
                    connect_ms = excluded.connect_ms, tls_ms = excluded.tls_ms,
                    first_byte_ms = excluded.first_byte_ms
                where attempt.error_code = 'interrupted'
            ), held as (
                select r.*, w.retry_requested, w.ended, case when not w.ended then r.next_at end as scheduled_at
                from result r cross join lateral (
                    select delivery_id, retry_requested, ended from work
                    where delivery_id = r.delivery_id and owner is not distinct from r.owner and attempts = r.number - 1
                    for update
                ) w
                where w.delivery_id = r.delivery_id
            ), finished as (
                delete from work where delivery_id = any (array(
                    select delivery_id from held where scheduled_at is null and not retry_requested))
            ), waiting as (
                update work w set owner = case when w.record is not null then waiting_owner() end,
                    attempts = h.number, tries = h.tries, retry_requested = false, ended = false,
                    trigger = case when h.retry_requested then 'manual' else 'automatic' end,
                    due_at = case when h.retry_requested then h.ended_at else h.scheduled_at end,
                    scheduled_for = case when h.retry_requested then h.scheduled_at end
                from held h
                where w.delivery_id = any (array[h.delivery_id]) and (h.scheduled_at is not null or h.retry_requested)
            )
            update delivery d set
                status = case when h.ended and h.status <> 'delivered' then d.status else coalesce(h.status, d.status) end,
                attempts = greatest(d.attempts, h.number), attempted_at = h.started_at, status_code = h.status_code,
                error_code = h.error_code, duration_ms = h.duration_ms
            from held h
            where d.workspace_id = h.workspace_id and d.webhook_id = h.webhook_id and d.id = h.delivery_id
            """;

    private final DataSource dataSource;

    public AttemptStore(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Records these attempts, all or none, and makes deliveries that wait for them ready.
     *
     * @return the webhooks with deliveries that became ready
     */
    public Set<String> finish(List<AttemptResult> results) throws SQLException {
        record(results);
        var queues = results.stream()
                .flatMap(result -> result.lease().recordQueue().stream())
                .toList();
        return queues.isEmpty() ? Set.of() : RecordQueue.advance(dataSource, queues);
    }

    private void record(List<AttemptResult> results) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FINISH)) {
            var columns = new Columns(connection, results);
            Array[] arrays = {
                columns.of("uuid", result -> result.lease().deliveryId()),
                columns.of("smallint", result -> result.lease().number()),
                columns.of("text", result -> result.lease().trigger().value()),
                columns.of("timestamptz", result -> result.outcome().startedAt()),
                columns.of("integer", result -> result.outcome().duration().toMillis()),
                columns.ofResponse("smallint", Outcome.Responded::status),
                columns.of("text", AttemptStore::errorCode),
                columns.of("text", result -> storable(result.verdict().errorMessage())),
                columns.of("text", AttemptResult::url),
                columns.of("text", result -> HeaderJson.write(result.requestHeaders())),
                columns.ofResponse("text", response -> HeaderJson.write(response.headers())),
                columns.bodies(),
                columns.of("boolean", result -> result.outcome() instanceof Outcome.Responded a && a.truncated()),
                columns.of("text", AttemptStore::status),
                columns.of("timestamptz", result -> result.verdict().nextAt()),
                columns.of("smallint", result -> result.verdict().tries()),
                columns.of("uuid", result -> result.lease().owner()),
                columns.of("timestamptz", result -> result.outcome().endedAt()),
                columns.of("text", result -> result.lease().workspaceId()),
                columns.of("integer", result -> millis(result.outcome().timing().dns())),
                columns.of("integer", result -> millis(result.outcome().timing().connect())),
                columns.of("integer", result -> millis(result.outcome().timing().tls())),
                columns.of("integer", result -> millis(result.outcome().timing().firstByte())),
                columns.of("text", result -> result.lease().webhookId()),
            };
            for (int i = 0; i < arrays.length; i++) {
                statement.setArray(i + 1, arrays[i]);
            }
            statement.executeUpdate();
        }
    }

    private static @Nullable String errorCode(AttemptResult result) {
        ErrorCode code = result.verdict().errorCode();
        return code == null ? null : code.value();
    }

    private static @Nullable String status(AttemptResult result) {
        var status = result.verdict().status();
        return status == null ? null : status.value();
    }

    private static @Nullable Object millis(@Nullable Duration time) {
        return time == null ? null : time.toMillis();
    }

    /** Replaces NUL, which PostgreSQL text cannot contain. */
    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : text.replace("\0", "");
    }

    /** Turns results into arrays, one per column. */
    private record Columns(Connection connection, List<AttemptResult> results) {

        Array of(String type, Function<AttemptResult, @Nullable Object> member) throws SQLException {
            var values = new String[results.size()];
            for (int i = 0; i < values.length; i++) {
                var value = member.apply(results.get(i));
                values[i] = value == null ? null : value.toString();
            }
            return connection.createArrayOf(type, values);
        }

        Array ofResponse(String type, Function<Outcome.Responded, Object> member) throws SQLException {
            return of(
                    type,
                    result -> result.outcome() instanceof Outcome.Responded response ? member.apply(response) : null);
        }

        Array bodies() throws SQLException {
            var values = new byte[results.size()][];
            for (int i = 0; i < values.length; i++) {
                values[i] = results.get(i).outcome() instanceof Outcome.Responded response ? response.body() : null;
            }
            return connection.createArrayOf("bytea", values);
        }
    }
}
