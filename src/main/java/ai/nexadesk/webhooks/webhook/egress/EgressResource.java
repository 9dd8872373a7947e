package ai.nexadesk.webhooks.webhook.egress;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.web.EgressAddresses;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The source addresses of requests, for programs that update firewalls. */
@Path(ApiPath.EXTERNAL + "/egress-addresses")
@Produces(MediaType.APPLICATION_JSON)
public class EgressResource {

    private final EgressAddresses addresses;

    EgressResource(EgressAddresses addresses) {
        this.addresses = addresses;
    }

    /**
     * The addresses.
     *
     * @param addresses addresses and networks in CIDR notation; empty if the operator configured none
     */
    public record View(List<String> addresses) {}

    @GET
    @RolesAllowed(ApiKey.READ)
    public Success<View> get() {
        return Success.of(new View(addresses.getAll()));
    }
}
