package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.Walk;
import org.jspecify.annotations.Nullable;

import java.util.function.Function;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** What a program asks of the audit log: filters, which combine, and which part. */
public class AuditQuery {

    private static final Sort NEWEST_FIRST = new Sort("at", true);

    @QueryParam("who")
    @DefaultValue("")
    String who;

    @QueryParam("kind")
    @DefaultValue("")
    String kind;

    @QueryParam("q")
    @DefaultValue("")
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

    /** The entries that match, each as the given view. */
    <T> ListPage<T> read(String workspaceId, Function<AuditEntry, T> view) {
        if (sort != null) {
            sort.only(NEWEST_FIRST);
        }
        return Walk.page(AuditLog.entries(workspaceId, filter()), entry -> entry.id, view, cursor, limit);
    }

    private AuditFilter filter() {
        if (!kind.isBlank() && !AuditFilter.KINDS.containsKey(kind)) {
            throw ApiException.invalid("kind", "kind must be " + String.join(", ", AuditFilter.KINDS.keySet()) + ".");
        }
        var filter = new AuditFilter();
        filter.who = who;
        filter.kind = kind;
        filter.about = q;
        return filter;
    }
}
