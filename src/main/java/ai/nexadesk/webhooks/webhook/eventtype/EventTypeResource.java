package ai.nexadesk.webhooks.webhook.eventtype;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.vertx.http.Compressed;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** The catalog of event types, in the REST API. */
@Path(ApiPath.EXTERNAL + "/event-types")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.READ)
public class EventTypeResource {

    /**
     * An event type as shown in the REST API.
     *
     * @param type its name in subscriptions
     * @param resource the resource in {@code data}
     * @param description one sentence for people
     * @param schema the JSON Schema of {@code data}
     * @param example an example of a complete payload
     */
    public record View(
            String type,
            String resource,
            String description,
            @JsonRawValue String schema,
            @JsonRawValue String example) {

        static View of(EventType type) {
            return new View(type.name(), type.resource(), type.description(), type.schema(), type.examplePayload());
        }
    }

    private static final Map<String, Comparator<EventType>> ORDERS =
            Map.of("type", Comparator.comparing(EventType::name));

    /** All event types, in the order of the documentation unless sorted. */
    @GET
    @Compressed
    public ListPage<View> list(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor,
            @QueryParam("sort") @Nullable Sort sort) {
        return ListPage.part(Sort.apply(sort, Catalog.all(), ORDERS), sort, EventType::name, View::of, cursor, limit);
    }

    /** One event type. */
    @GET
    @Path("/{type}")
    public Success<View> get(@PathParam("type") String type) {
        return Success.of(View.of(Catalog.find(type).orElseThrow(ApiException::notFound)));
    }
}
