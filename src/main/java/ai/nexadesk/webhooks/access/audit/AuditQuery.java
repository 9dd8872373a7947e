package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.query.FilterValues;
import ai.nexadesk.webhooks.api.query.ListSearch;
import ai.nexadesk.webhooks.api.query.RequestTime;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** The query parameters of the audit log: filters (which combine) and page. */
public class AuditQuery {

    @QueryParam("who")
    @DefaultValue("")
    String who;

    @QueryParam("kind")
    List<String> kind = List.of();

    @QueryParam("q")
    @DefaultValue("")
    String q;

    @QueryParam("since")
    @Nullable
    String since;

    @QueryParam("until")
    @Nullable
    String until;

    @QueryParam("limit")
    @DefaultValue(Limit.DEFAULT)
    Limit limit;

    @QueryParam("cursor")
    @Nullable
    Cursor cursor;

    @QueryParam("sort")
    @Nullable
    Sort sort;

    /** The matching entries, each converted by the given function. */
    <T> ListPage<T> read(String workspaceId, Function<AuditEntry, T> view) {
        var filter = filter();
        return ListSearch.page(
                AuditLog.entries(workspaceId, filter),
                entry -> entry.id,
                view,
                filter.isOldestFirst ? "asc" : "",
                cursor,
                limit);
    }

    private AuditFilter filter() {
        var filter = new AuditFilter();
        filter.isOldestFirst = Sort.isOldestFirst(sort, "at");
        filter.who = who;
        filter.kind = String.join(",", FilterValues.of("kind", FilterValues.joined(kind), AuditQuery::kindOf));
        filter.about = q;
        var span = RequestTime.span(Optional.ofNullable(since), Optional.ofNullable(until));
        filter.since = Objects.requireNonNullElse(span.since(), filter.since);
        filter.until = Objects.requireNonNullElse(span.until(), filter.until);
        return filter;
    }

    private static String kindOf(String value) {
        if (!AuditFilter.KINDS.containsKey(value)) {
            throw ApiException.invalid(
                    "kind", "kind must be one of " + String.join(", ", AuditFilter.KINDS.keySet()) + ".");
        }
        return value;
    }
}
