package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.query.Walk;
import org.jspecify.annotations.Nullable;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** What a program asks of a log: filters, which combine, and which part. */
public class LogQuery {

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

    @QueryParam("record")
    @Nullable
    String record;

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
        boolean isOldestFirst = Sort.isOldestFirst(sort, "created_at");
        var filter = LogFilter.parse(webhookId, status, event, statusCode, since, until, q)
                .about(record)
                .oldestFirst(isOldestFirst);
        return Walk.page(
                log.lines(workspaceId, filter),
                entry -> entry.delivery().id,
                DeliveryView::of,
                isOldestFirst ? "asc" : "",
                cursor,
                limit);
    }
}
