package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.PublicId;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The audit log in the REST API. It requires a key that can make changes, as the page requires an admin. */
@Path(ApiPath.EXTERNAL + "/audit-log")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class AuditResource {

    private static final String PREFIX = "aud_";

    private final Caller caller;

    AuditResource(Caller caller) {
        this.caller = caller;
    }

    /**
     * An entry as shown in the REST API.
     *
     * @param id {@code aud_…}
     * @param at when it happened
     * @param actor who did it: an email address, {@code API key} with its name and first characters, or
     *     {@code NexaDesk}
     * @param action the action, such as {@code webhook.created}
     * @param subject the subject of the action, such as the ID of a webhook; empty if there is no single one
     * @param detail details in words; may be empty
     * @param ip the address that the request came from; null for actions by NexaDesk
     * @param changes the changes
     */
    public record View(
            String id,
            Instant at,
            String actor,
            String action,
            String subject,
            String detail,
            @Nullable String ip,
            List<Change> changes) {

        static View of(AuditEntry entry) {
            return new View(
                    PublicId.format(PREFIX, entry.id),
                    entry.at,
                    entry.actor,
                    entry.action,
                    entry.subject,
                    entry.detail,
                    entry.ip.isEmpty() ? null : entry.ip,
                    entry.changes());
        }
    }

    /** The matching entries, newest first. */
    @GET
    @RolesAllowed(ApiKey.WRITE)
    @Compressed
    public ListPage<View> read(@BeanParam AuditQuery query) {
        return query.read(caller.workspaceId(), View::of);
    }
}
