package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.util.List;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Guides for receiving webhooks. They are public. */
@Path("/docs")
@Produces(MediaType.TEXT_HTML)
@Blocking
@PermitAll
public class GuidePages {

    private final SecurityIdentity visitor;

    GuidePages(SecurityIdentity visitor) {
        this.visitor = visitor;
    }

    @CheckedTemplate(basePath = "guides")
    record start(List<EventType> types, EventType example) implements TemplateInstance {}

    @CheckedTemplate(basePath = "guides")
    record signatures(String documented, String rawBody, String standard) implements TemplateInstance {}

    @CheckedTemplate(basePath = "guides")
    record deliveries(String newest) implements TemplateInstance {}

    @CheckedTemplate(basePath = "guides")
    record troubleshooting() implements TemplateInstance {}

    /** The guide to setup, requests and responses. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance start() {
        return page(new start(Catalog.all(), Catalog.find("lead.created").orElseThrow()));
    }

    /** The guide to verifying signatures, also during a secret rotation. */
    @GET
    @Path("/signatures")
    @Operation(hidden = true)
    public TemplateInstance signatures() {
        return page(new signatures(
                GuideSample.read("documented"), GuideSample.read("raw-body"), GuideSample.read("standard-webhooks")));
    }

    /** The guide to retries, duplicates and order. */
    @GET
    @Path("/deliveries")
    @Operation(hidden = true)
    public TemplateInstance deliveries() {
        return page(new deliveries(GuideSample.read("newest")));
    }

    /** A program that sends the events of a workspace to a program on the reader's machine. */
    @GET
    @Path("/listen.mjs")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    public Response listen() {
        return Response.ok(GuideSample.readFile("listen.mjs") + '\n', "text/javascript; charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"listen.mjs\"")
                .build();
    }

    /** The meaning of every error in the log. */
    @GET
    @Path("/troubleshooting")
    @Operation(hidden = true)
    public TemplateInstance troubleshooting() {
        return page(new troubleshooting());
    }

    /** A guide as a page. Requests the identity, so that people who are signed in see the navigation beside it. */
    private TemplateInstance page(TemplateInstance guide) {
        visitor.isAnonymous();
        return guide;
    }
}
