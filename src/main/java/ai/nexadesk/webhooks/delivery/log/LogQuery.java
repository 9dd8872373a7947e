package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.query.FilterValues;
import ai.nexadesk.webhooks.api.query.ListSearch;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.ws.rs.QueryParam;

/** The query parameters of a log: filters, which combine, and the order. */
public class LogQuery {

    @QueryParam("status")
    List<String> status = List.of();

    @QueryParam("event")
    List<String> event = List.of();

    @QueryParam("status_code")
    List<String> statusCode = List.of();

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

    @QueryParam("sort")
    @Nullable
    Sort sort;

    private boolean isOldestFirst() {
        return Sort.isOldestFirst(sort, "created_at");
    }

    LogFilter filter(@Nullable String webhookId) {
        return LogFilter.parse(
                        webhookId,
                        FilterValues.joined(status),
                        FilterValues.joined(event),
                        FilterValues.joined(statusCode),
                        since,
                        until,
                        q)
                .about(record)
                .oldestFirst(isOldestFirst());
    }

    ListPage<DeliveryView> read(
            DeliveryLog log, String workspaceId, @Nullable String webhookId, LogPageParameters place) {
        return ListSearch.page(
                log.lines(workspaceId, filter(webhookId)),
                entry -> entry.delivery().id,
                DeliveryView::of,
                isOldestFirst() ? "asc" : "",
                place.cursor,
                place.limit);
    }
}
