package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Settings &gt; Data erasure. */
@Path(ErasurePages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class ErasurePages {

    static final String PATH = "/settings/erasures";

    private final Erasures erasures;
    private final BodyRetention retention;
    private final Flash flash;
    private final Caller caller;

    ErasurePages(Erasures erasures, BodyRetention retention, Flash flash, Caller caller) {
        this.erasures = erasures;
        this.retention = retention;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record erasures(
            List<Erasure> erasures,
            boolean running,
            String records,
            String emails,
            @Nullable String error,
            String days,
            @Nullable String daysError)
            implements TemplateInstance {}

    /** The form, and earlier requests. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        return page("", "", null);
    }

    /** How long bodies are kept. */
    @POST
    @Path("/retention")
    @Operation(hidden = true)
    public Response keep(@FormParam("days") @DefaultValue("") String days) {
        try {
            retention.keep(days.isBlank() ? null : Integer.valueOf(days.strip()), caller);
            return flash.success(PATH, "Saved.");
        } catch (ApiException | NumberFormatException e) {
            return InvalidForm.again(
                    page("", "", null, days, "Enter a number of days from 1 to 30, or leave it empty."));
        }
    }

    /** Starts an erasure. */
    @POST
    @Operation(hidden = true)
    public Response begin(
            @FormParam("records") @DefaultValue("") String records,
            @FormParam("emails") @DefaultValue("") String emails,
            @FormParam("sure") @DefaultValue("") String sure) {
        try {
            if (sure.isEmpty()) {
                throw ApiException.invalid(
                        "sure", "Select the checkbox above the button to confirm: erasing can't be undone.");
            }
            erasures.begin(
                    new ErasureRequest(caller.workspaceId(), lines(records), lines(emails)),
                    (erasure, detail) -> new AuditEntry(
                            erasure.workspaceId(),
                            caller.now(),
                            caller.auditName(),
                            "erasure.begun",
                            erasure.id(),
                            detail,
                            caller.ip(),
                            List.of()));
            return flash.success(PATH, "Erasing now.");
        } catch (ApiException e) {
            return InvalidForm.again(page(records, emails, e.getMessage()));
        }
    }

    private TemplateInstance page(String records, String emails, @Nullable String error) {
        var days = retention.days(caller.workspaceId()).map(Object::toString).orElse("");
        return page(records, emails, error, days, null);
    }

    private TemplateInstance page(
            String records, String emails, @Nullable String error, String days, @Nullable String daysError) {
        var newest = erasures.newest(caller.workspaceId());
        return new erasures(
                newest, newest.stream().anyMatch(Erasure::isRunning), records, emails, error, days, daysError);
    }

    private static List<@Nullable String> lines(String text) {
        return List.copyOf(
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
    }
}
