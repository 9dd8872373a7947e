package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;

/**
 * Rejects members for resources of the API that take no body. For example, the retry of one delivery has no {@code
 * dry_run} and must not ignore it. Resources with a body reject unknown members themselves.
 */
final class UnknownMembers {

    private final Map<Method, Boolean> hasBodyParameter = new ConcurrentHashMap<>();
    private final ObjectMapper json;

    UnknownMembers(ObjectMapper json) {
        this.json = json;
    }

    /** An empty body. */
    record Nothing() {}

    @ServerRequestFilter
    void check(ResourceInfo resource, ContainerRequestContext request, RoutingContext routing) throws IOException {
        var body = Bodies.of(request);
        if (body.length > 0
                && ApiPath.isExternal(routing.normalizedPath())
                && !hasBodyParameter.computeIfAbsent(resource.getResourceMethod(), UnknownMembers::hasBodyParameter)) {
            json.readValue(body, Nothing.class);
        }
    }

    /** Whether a method takes a body: a parameter without a JAX-RS annotation. */
    private static boolean hasBodyParameter(Method method) {
        return Stream.of(method.getParameters()).anyMatch(parameter -> Stream.of(parameter.getAnnotations())
                .map(Annotation::annotationType)
                .noneMatch(type -> type.getName().startsWith("jakarta.ws.rs.")));
    }
}
