package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.PublicUrl;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.util.List;
import java.util.stream.Collectors;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The public reference of the REST API, and its calls as an HTTP request file. */
@Path("/docs/api")
@Produces(MediaType.TEXT_HTML)
@Blocking
@PermitAll
public class ApiReferencePages {

    private static final String VARIABLES = """
            # Requests of the NexaDesk Webhooks REST API, for editors and programs that send such files.
            # Fill in what you need, and keep keys out of version control.
            @host = %s
            @key = fc_live_
            @publisher_token =
            @webhook_id = wh_
            @delivery_id = dlv_
            @job_id = job_
            @alert_channel_id = ac_
            @api_key_id = key_
            @event_id = evt_
            @erasure_id = era_

            """;

    private final ApiReference reference = ApiReference.read();
    private final PublicUrl url;
    private final SecurityIdentity visitor;

    ApiReferencePages(PublicUrl url, SecurityIdentity visitor) {
        this.url = url;
        this.visitor = visitor;
    }

    @CheckedTemplate(basePath = "guides")
    record api(String host, String introduction, List<ApiReference.Group> groups, List<ApiReference.Schema> schemas)
            implements TemplateInstance {}

    /** Shows calls, members, and errors with their causes and remedies. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance api() {
        visitor.isAnonymous();
        return new api(url.of(""), reference.introduction(), reference.groups(), reference.schemas());
    }

    /** All calls, one after another. */
    @GET
    @Path("/requests.http")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    public Response requests() {
        var calls = reference.groups().stream()
                .flatMap(group -> group.calls().stream())
                .map(ApiReference.Call::http)
                .collect(Collectors.joining("\n"));
        return Response.ok(VARIABLES.formatted(url.of("")) + calls, "text/plain; charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"nexadesk-webhooks.http\"")
                .build();
    }

    /** A description as HTML; text in backticks becomes code. */
    @TemplateExtension(namespace = "reference")
    static RawString formatted(String text) {
        return new RawString(text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("`([^`]*)`", "<code>$1</code>"));
    }
}
