package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.workspace.Role;
import io.smallrye.common.annotation.NonBlocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Publishing, for the host's own services. */
@Path(ApiPath.INTERNAL + "/events")
@RolesAllowed(Role.IS_PUBLISHER)
@Tag(name = "Publishing", description = "For NexaDesk's own services")
public class EventResource {

    private static final int ACCEPTED = 202;

    /** A request of so many bytes is read within a millisecond. */
    private static final int READ_AT_ONCE = 32 * 1024;

    private final EventParser parser;
    private final Publishing publishing;
    private final SchemaCheck schemas;
    private final ExecutorService executor;
    private final int maxBody;

    EventResource(
            InstantSource clock,
            Publishing publishing,
            SchemaCheck schemas,
            ExecutorService executor,
            Settings settings) {
        this.parser = new EventParser(clock);
        this.publishing = publishing;
        this.schemas = schemas;
        this.executor = executor;
        this.maxBody = settings.publisher().maxBody();
    }

    /**
     * What was accepted.
     *
     * @param accepted how many events are new
     * @param duplicates how many were known already
     * @param events one entry an event, in the request's order
     */
    public record Receipt(long accepted, long duplicates, List<Publishing.Accepted> events) {

        static Receipt of(List<Publishing.Accepted> events) {
            long duplicates =
                    events.stream().filter(Publishing.Accepted::duplicate).count();
            return new Receipt(events.size() - duplicates, duplicates, events);
        }
    }

    /** Takes one event or an array of them; answers when they and their deliveries are durable. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseStatus(ACCEPTED)
    @NonBlocking
    @Operation(
            operationId = "publishEvents",
            summary = "Publish one event, or up to 1,000 at once",
            description = "Answers 202 once every event and its deliveries are durable. Idempotent by id.")
    public CompletionStage<Success<Receipt>> publish(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema =
                                                    @Schema(
                                                            type = SchemaType.OBJECT,
                                                            description = "An event, or an array of events",
                                                            example = "{\"event\":\"lead.created\",\"workspace_id\":"
                                                                    + "\"ws_nexadeskdemo\",\"data\":{\"id\":\"42\"}}")))
                    byte[] body) {
        if (body.length > maxBody) {
            throw ApiException.tooLarge(maxBody);
        }
        // A large request must not hold up the others that this thread serves.
        return body.length <= READ_AT_ONCE
                ? publishNow(body)
                : CompletableFuture.supplyAsync(() -> body, executor).thenCompose(this::publishNow);
    }

    private CompletionStage<Success<Receipt>> publishNow(byte[] body) {
        List<NewEvent> events;
        try {
            events = parser.parse(body);
            schemas.check(events, i -> body[firstToken(body)] == '[' ? "$[" + i + "]" : "$");
        } catch (InvalidEventException e) {
            throw ApiException.badRequest(e.code(), e.getMessage(), Map.of(e.path(), List.of(e.getMessage())));
        }
        return publishing.publish(events).handle((accepted, failure) -> {
            if (failure == null) {
                return Success.of(Receipt.of(accepted));
            }
            throw error(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure, body);
        });
    }

    private static RuntimeException error(Throwable failure, byte[] body) {
        if (failure instanceof Publishing.UnknownWorkspaceException e) {
            var path = body[firstToken(body)] == '[' ? "$[" + e.index() + "].workspace_id" : "$.workspace_id";
            return ApiException.badRequest(
                    "unknown_workspace", path + ": " + e.getMessage(), Map.of(path, List.of(e.getMessage())));
        }
        if (failure instanceof Publishing.UnavailableException e) {
            return ApiException.unavailable(e.getMessage());
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }

    private static int firstToken(byte[] body) {
        int i = 0;
        while (body[i] == ' ' || body[i] == '\n' || body[i] == '\r' || body[i] == '\t') {
            i++;
        }
        return i;
    }
}
