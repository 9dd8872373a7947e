package ai.nexadesk.webhooks.event.http;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.event.Receipt;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletionException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;

/**
 * Publishing without the REST framework, which would take longer than storing an event. This route answers ordinary
 * successful requests; {@link EventResource} answers all others, including errors.
 */
@Singleton
final class EventRoute {

    private static final int BEFORE_RESOURCES = 1;

    private static final String JSON = MediaType.APPLICATION_JSON;

    private static final String JSON_IN_UTF_8 = "application/json; charset=utf-8";

    private static final String FAILURE = EventRoute.class.getName();

    private final HttpPublishing publishing;
    private final IdentityProviderManager identities;
    private final ObjectMapper json;

    EventRoute(HttpPublishing publishing, IdentityProviderManager identities, ObjectMapper json) {
        this.publishing = publishing;
        this.identities = identities;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post(EventResource.PATH).order(BEFORE_RESOURCES).handler(this::answer);
    }

    /** Throws the exception that made this request fail. */
    static void throwFailure(RoutingContext request) {
        RuntimeException failure = request.get(FAILURE);
        if (failure != null) {
            throw failure;
        }
    }

    private void answer(RoutingContext request) {
        if (isOrdinary(request)) {
            QuarkusHttpUser.getSecurityIdentity(request, identities)
                    .subscribe()
                    .with(identity -> answer(request, identity), unknown -> request.next());
        } else {
            request.next();
        }
    }

    private static boolean isOrdinary(RoutingContext request) {
        var http = request.request();
        var accepted = http.getHeader(HttpHeaders.ACCEPT);
        var type = http.getHeader(HttpHeaders.CONTENT_TYPE);
        return http.query() == null
                && (JSON.equals(type) || JSON_IN_UTF_8.equalsIgnoreCase(type))
                && (accepted == null || accepted.equals("*/*") || accepted.equals(JSON));
    }

    private void answer(RoutingContext request, @Nullable SecurityIdentity identity) {
        if (identity == null || !identity.hasRole(Role.IS_PUBLISHER)) {
            request.next();
            return;
        }
        var context = request.vertx().getOrCreateContext();
        try {
            publishing
                    .publish(request)
                    .whenComplete(
                            (receipt, failure) -> context.runOnContext(ignored -> finish(request, receipt, failure)));
        } catch (RuntimeException failure) {
            finish(request, null, failure);
        }
    }

    private void finish(RoutingContext request, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt == null) {
            request.put(FAILURE, failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
            request.next();
        } else if (!request.response().closed()) {
            request.response()
                    .setStatusCode(EventResource.ACCEPTED)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=UTF-8")
                    .end(written(receipt));
        }
    }

    private Buffer written(Receipt receipt) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(Success.of(receipt)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A receipt can be written", impossible);
        }
    }
}
