package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.workspace.Caller;
import ai.nexadesk.webhooks.workspace.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The failed deliveries of all webhooks of a workspace. */
@Path(FailedPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class FailedPages {

    static final String PATH = "/settings/failed";

    private final DeliveryLog log;
    private final Retries retries;
    private final Flash flash;
    private final Caller caller;

    FailedPages(DeliveryLog log, Retries retries, Flash flash, Caller caller) {
        this.log = log;
        this.retries = retries;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record failed(LogPage log) implements TemplateInstance {}

    @GET
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance failed(@BeanParam LogForm form) {
        return new failed(LogPage.read(log, caller.workspaceId(), PATH, form, form.failed(null)));
    }

    @GET
    @Path("/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance askRetryAll(@BeanParam LogForm form) {
        return BulkRetry.ask(null, log, caller.workspaceId(), PATH, form);
    }

    @POST
    @Path("/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retryAll(@BeanParam LogForm form) {
        return BulkRetry.start(retries, caller, flash, null, PATH, form);
    }
}
