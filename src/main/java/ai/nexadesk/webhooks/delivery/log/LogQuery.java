package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import org.jspecify.annotations.Nullable;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** What a program asks of a log: filters, which combine, and which part. */
public class LogQuery {

    private static final Sort NEWEST_FIRST = new Sort("created_at", true);

    @QueryParam("status")
    @Nullable
    String status;

    @QueryParam("event")
    @Nullable
    String event;

    @QueryParam("status_code")
    @Nullable
    String statusCode;

    @QueryParam("since")
    @Nullable
    String since;

    @QueryParam("until")
    @Nullable
    String until;

    @QueryParam("q")
    @Nullable
    String q;

    @QueryParam("limit")
    @DefaultValue(Limit.DEFAULT)
    Limit limit;

    @QueryParam("cursor")
    @Nullable
    Cursor cursor;

    @QueryParam("sort")
    @Nullable
    Sort sort;

    ListPage<DeliveryView> read(DeliveryLog log, String workspaceId, @Nullable String webhookId) {
        if (sort != null) {
            sort.only(NEWEST_FIRST);
        }
        var filter = LogFilter.parse(webhookId, status, event, statusCode, since, until, q);
        var top = cursor == null
                ? log.top(workspaceId, filter, limit.value())
                : new DeliveryLog.Top(
                        log.read(workspaceId, filter, cursor.uuid(0), limit.value()), log.count(workspaceId, filter));
        var part = top.part();
        var total = top.total();
        return new ListPage<>(
                true,
                part.entries().stream().map(DeliveryView::of).toList(),
                new ListPage.Pagination(
                        part.next() != null,
                        part.next() == null ? null : Cursor.after(part.next()).toString(),
                        total.counted(),
                        total.isLowerBound(),
                        limit.value()));
    }
}
