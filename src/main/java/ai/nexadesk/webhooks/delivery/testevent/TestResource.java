package ai.nexadesk.webhooks.delivery.testevent;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.delivery.log.StartedDelivery;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Test events, in the REST API. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Blocking
public class TestResource {

    private static final int ACCEPTED = 202;

    private final TestEvents testEvents;
    private final Caller caller;

    TestResource(TestEvents testEvents, Caller caller) {
        this.testEvents = testEvents;
        this.caller = caller;
    }

    /**
     * The test event to send.
     *
     * @param event an event type of the catalog
     * @param data the resource; the catalog's example if not given
     */
    public record Test(@Nullable String event, @Nullable JsonNode data) {}

    @POST
    @Path("/{id}/test")
    @RolesAllowed(ApiKey.WRITE)
    @ResponseStatus(ACCEPTED)
    public Success<StartedDelivery> send(@PathParam("id") String id, @Nullable Test test) {
        var type = test == null ? null : test.event();
        var data = test == null || test.data() == null || test.data().isNull()
                ? null
                : test.data().toString();
        return Success.of(StartedDelivery.of(testEvents.send(id, type, data, caller)));
    }
}
