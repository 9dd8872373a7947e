package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.api.limits.RateLimitFilter;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Answers OPTIONS on the API with the same methods as a 405, and with 404 for unknown paths. The framework would answer
 * 200 everywhere, with the methods of all resources that share the beginning of the path.
 */
@Singleton
final class OptionsFilter {

    private final AllowedMethods allowed;

    OptionsFilter(AllowedMethods allowed) {
        this.allowed = allowed;
    }

    @ServerRequestFilter(preMatching = true, priority = RateLimitFilter.PRIORITY + 1)
    @Nullable
    Response answer(RoutingContext request) {
        var path = request.normalizedPath();
        if (!request.request().method().name().equals(HttpMethod.OPTIONS) || !ApiPath.includes(path)) {
            return null;
        }
        var methods = allowed.of(path);
        return methods.equals(HttpMethod.OPTIONS)
                ? ErrorAnswer.of(ApiException.notFound()).answer(request).build()
                : Response.ok().header(HttpHeaders.ALLOW, methods).build();
    }
}
