package ai.nexadesk.webhooks.workspace;

import ai.nexadesk.webhooks.web.Formats;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateExtension;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import static ai.nexadesk.webhooks.api.Page.COUNTED_UP_TO;

/** Settings &gt; Audit log. */
@Path(AuditPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class AuditPages {

    static final String PATH = "/settings/audit-log";

    private static final int PAGE_SIZE = 50;

    private final Caller caller;

    AuditPages(Caller caller) {
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "workspace")
    record audit(
            AuditFilter filter,
            Map<String, String> kinds,
            List<AuditEntry> entries,
            String count,
            @Nullable String nextPath)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance audit(@BeanParam AuditFilter filter) {
        var entries = QuarkusTransaction.requiringNew()
                .call(() -> AuditEntry.newest(caller.workspaceId(), filter, PAGE_SIZE + 1));
        boolean more = entries.size() > PAGE_SIZE;
        var shown = more ? entries.subList(0, PAGE_SIZE) : entries;
        var next = more ? filter.next(shown.get(PAGE_SIZE - 1).id) : null;
        return new audit(filter, AuditFilter.KINDS, shown, count(filter), next);
    }

    private String count(AuditFilter filter) {
        if (filter.cursor().isPresent()) {
            return "Older entries";
        }
        long counted = QuarkusTransaction.requiringNew()
                .call(() -> AuditEntry.count(caller.workspaceId(), filter, COUNTED_UP_TO + 1));
        return Formats.of(Math.min(counted, COUNTED_UP_TO), counted > COUNTED_UP_TO, "entry", "entries");
    }

    /** What was done, in words: {@code API key created}. */
    @TemplateExtension
    static String words(AuditEntry entry) {
        var words = entry.action
                .replace('.', ' ')
                .replace('_', ' ')
                .replace("api key", "API key")
                .replace("delivery retried all", "deliveries retried");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
