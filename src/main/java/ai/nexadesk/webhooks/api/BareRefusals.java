package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.Response.Status;

/** Gives words to refusals that come without, such as that of a form whose token is missing. */
final class BareRefusals {

    @ServerResponseFilter
    void explain(ContainerResponseContext response, RoutingContext request) {
        if (response.getStatus() != Status.BAD_REQUEST.getStatusCode() || response.hasEntity()) {
            return;
        }
        var error = Failures.ofStatus(response.getStatus()).toError();
        var answer = new Failure(response.getStatus(), error, Failures.PAGE_UNREADABLE)
                .answer(request)
                .build();
        response.setEntity(answer.getEntity(), null, answer.getMediaType());
    }
}
