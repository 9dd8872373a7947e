package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The log of all webhooks of a workspace, in the REST API. */
@Path(ApiPath.EXTERNAL + "/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class WorkspaceLogResource {

    private final DeliveryLog log;
    private final LogExport export;
    private final Webhooks webhooks;
    private final Caller caller;

    WorkspaceLogResource(DeliveryLog log, LogExport export, Webhooks webhooks, Caller caller) {
        this.log = log;
        this.export = export;
        this.webhooks = webhooks;
        this.caller = caller;
    }

    @GET
    @Costly
    @RolesAllowed(ApiKey.READ)
    @Compressed
    public ListPage<DeliveryView> read(@BeanParam LogQuery query, @BeanParam LogPageParameters place) {
        return query.read(log, caller.workspaceId(), null, place);
    }

    /** The log as a file, with requests and responses. */
    @GET
    @Costly
    @Path("/export")
    @RolesAllowed(ApiKey.READ)
    @Produces(LogExport.JSON_LINES)
    public Response export(@BeanParam LogQuery query, @QueryParam("webhook_id") @Nullable String webhookId) {
        if (webhookId != null && !webhooks.everExisted(webhookId, caller)) {
            throw ApiException.invalid("webhook_id", "There is no webhook with this ID in your workspace.");
        }
        return export.answer("bodies.jsonl", caller, query.filter(webhookId), "deliveries");
    }
}
