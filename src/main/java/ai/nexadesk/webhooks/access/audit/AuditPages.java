package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.web.Formats;
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
            AuditLog.Entries part,
            String count,
            @Nullable String nextPath)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance audit(@BeanParam AuditFilter filter) {
        var part = AuditLog.read(caller.workspaceId(), filter, PAGE_SIZE);
        var next = part.next() == null ? null : filter.next(PATH, part.next());
        return new audit(filter, AuditFilter.KINDS, part, count(part.total()), next);
    }

    private static String count(AuditLog.@Nullable Total total) {
        if (total == null) {
            return "Older entries";
        }
        var backTo = total.countedBackTo();
        return backTo == null
                ? Formats.of(total.counted(), total.isLowerBound(), "entry", "entries")
                : Formats.of(total.counted(), "entry", "entries") + " since " + Formats.absolute(backTo);
    }

    /** The action in words: {@code API key created}. */
    @TemplateExtension
    static String description(AuditEntry entry) {
        var words = entry.action
                .replace('.', ' ')
                .replace('_', ' ')
                .replace("api key", "API key")
                .replace("delivery retried all", "deliveries retried");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** The changes, without repeating values that name a new object. */
    @TemplateExtension
    static List<Change> shown(AuditEntry entry) {
        return entry.changes().stream()
                .filter(change ->
                        !(entry.action.endsWith(".created") && change.after().equals(entry.detail)))
                .toList();
    }
}
