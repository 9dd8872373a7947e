package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.api.query.ListSearch;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/**
 * Failed and retrying deliveries by webhook and cause. Only the newest of each webhook are counted, so the cost is bounded, and a
 * webhook with many failures does not hide others.
 */
@Singleton
class FailureGroups {

    /** Maximum deliveries of each kind to read in total. */
    private static final int LOOKED_AT = 40_000;

    /** Maximum deliveries of each kind to read per webhook. */
    static final int OF_WEBHOOK = 10_000;

    private static final int TIMEOUT_SECONDS = 3;

    private static final String READ = """
            select h.id, x.cause, count(*) filter (where not x.retrying) as failed, count(*) filter (where x.retrying) as retrying,
                max(x.id::text)::uuid as latest
            from unnest(:webhooks) h (id) cross join lateral (
                (select d.id, false as retrying, coalesce(d.status_code::text, d.error_code, '%1$s') as cause
                from delivery d where d.workspace_id = :workspace and d.webhook_id = h.id and d.failed and d.event_type <> 'ping'
                order by d.id desc limit :most)
                union all
                (select d.id, true, case when d.status = 'retrying' then coalesce(d.status_code::text, d.error_code, '%1$s') else '' end
                from (
                    select w.delivery_id from work w where w.webhook_id = h.id and w.owner is null
                    order by w.due_at desc, w.delivery_id desc limit :most
                ) w join delivery d on d.workspace_id = :workspace and d.id = w.delivery_id)
            ) x
            group by 1, 2 order by count(*) desc, 1, 2
            """.formatted(LogFilter.Codes.NOT_ATTEMPTED);

    /** PostgreSQL's SQL state for a statement that took too long. */
    private static final String CANCELLED = "57014";

    private final Jdbi jdbi;

    FailureGroups(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Deliveries of a webhook that failed for the same cause.
     *
     * @param cause a status code or an error code
     * @param failed how many have no automatic retries left
     * @param retrying how many will be tried again
     * @param isLowerBound whether there are more
     * @param latest when the newest of them was made
     */
    record Group(Webhook webhook, String cause, long failed, long retrying, boolean isLowerBound, Instant latest) {

        /** How many there are, for display. */
        public String count() {
            return Formats.grouped(failed + retrying) + (isLowerBound ? "+" : "");
        }

        /** The path of the log with those in this status. */
        public String path(String status) {
            return address("", status);
        }

        /** The confirmation page for retrying all of them. */
        public String retryAllPath() {
            return address("/retry", statuses());
        }

        /** The path to retry one of them. */
        public String retryOnePath() {
            return address("/retry-one", statuses());
        }

        private String statuses() {
            return failed == 0 ? "retrying" : retrying == 0 ? "failed" : "failed,retrying";
        }

        private String address(String below, String status) {
            return LogForm.of(webhook.id, status, cause).address(AttentionPages.PATH + below, null);
        }
    }

    /** The groups of these webhooks, the largest first. */
    @Transactional
    List<Group> of(String workspaceId, List<Webhook> webhooks) {
        if (webhooks.isEmpty()) {
            return List.of();
        }
        int most = Math.min(OF_WEBHOOK, LOOKED_AT / webhooks.size());
        var byId = webhooks.stream().collect(Collectors.toMap(webhook -> webhook.id, Function.identity()));
        try {
            var found = jdbi.withHandle(handle -> handle.createQuery(READ)
                    .bindArray("webhooks", String.class, byId.keySet())
                    .bind("workspace", workspaceId)
                    .bind("most", most)
                    .setQueryTimeout(TIMEOUT_SECONDS)
                    .map(row -> new Group(
                            byId.get(row.getColumn("id", String.class)),
                            row.getColumn("cause", String.class),
                            row.getColumn("failed", Long.class),
                            row.getColumn("retrying", Long.class),
                            false,
                            UuidV7.timeOf(row.getColumn("latest", UUID.class))))
                    .list());
            // Deliveries that wait for their first attempt have no cause. They only count toward the limit.
            return found.stream()
                    .filter(group -> !group.cause.isEmpty())
                    .map(group -> bounded(group, found, most))
                    .toList();
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException cause && CANCELLED.equals(cause.getSQLState())) {
                throw ListSearch.tooSlow();
            }
            throw e;
        }
    }

    /** If a limit was reached, each cause may have more. */
    private static Group bounded(Group group, List<Group> all, int most) {
        var same = all.stream().filter(other -> other.webhook == group.webhook).toList();
        boolean isMore = same.stream().mapToLong(Group::failed).sum() >= most
                || same.stream().mapToLong(Group::retrying).sum() >= most;
        return new Group(group.webhook, group.cause, group.failed, group.retrying, isMore, group.latest);
    }
}
