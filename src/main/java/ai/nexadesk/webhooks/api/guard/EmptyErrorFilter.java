package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.api.ErrorAnswer;
import ai.nexadesk.webhooks.api.ErrorMappers;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.Response.Status;

/** Adds a message to errors that have none, such as the error for a form without its token. */
final class EmptyErrorFilter {

    @ServerResponseFilter
    void explain(ContainerResponseContext response, RoutingContext request) {
        if (response.getStatus() != Status.BAD_REQUEST.getStatusCode() || response.hasEntity()) {
            return;
        }
        var error = ErrorMappers.ofStatus(response.getStatus()).toError();
        var answer = new ErrorAnswer(response.getStatus(), error, ErrorMappers.PAGE_UNREADABLE)
                .answer(request)
                .build();
        response.setEntity(answer.getEntity(), null, answer.getMediaType());
    }
}
