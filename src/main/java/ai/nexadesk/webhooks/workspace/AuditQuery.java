package ai.nexadesk.webhooks.workspace;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.api.Sort;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jspecify.annotations.Nullable;

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

    Page<AuditResource.View> read(String workspaceId) {
        if (sort != null) {
            sort.only(NEWEST_FIRST);
        }
        var filter = filter();
        return QuarkusTransaction.requiringNew().call(() -> {
            var entries = AuditEntry.newest(workspaceId, filter, limit.value() + 1);
            boolean more = entries.size() > limit.value();
            var shown = more ? entries.subList(0, limit.value()) : entries;
            return Page.of(
                    shown.stream().map(AuditResource.View::of).toList(),
                    more ? Cursor.after(shown.get(shown.size() - 1).id) : null,
                    // What is shown whole is counted already: a filter that matches little looks through everything.
                    cursor == null && !more
                            ? shown.size()
                            : AuditEntry.count(workspaceId, filter, Page.COUNTED_UP_TO + 1),
                    limit);
        });
    }

    private AuditFilter filter() {
        if (!kind.isBlank() && !AuditFilter.KINDS.containsKey(kind)) {
            throw ApiException.invalid("kind", "kind must be " + String.join(", ", AuditFilter.KINDS.keySet()) + ".");
        }
        var filter = new AuditFilter();
        filter.who = who;
        filter.kind = kind;
        filter.about = q;
        filter.after = cursor == null ? "" : cursor.uuid(0).toString();
        return filter;
    }
}
