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
 * Refuses members where a resource of the API takes no body: the retry of one delivery knows no {@code dry_run}, and must not
 * do what it was asked only to count. The bodies of the others refuse by themselves what they do not know.
 */
final class UnknownMembers {

    private final Map<Method, Boolean> takesBody = new ConcurrentHashMap<>();
    private final ObjectMapper json;

    UnknownMembers(ObjectMapper json) {
        this.json = json;
    }

    /** What may be sent where nothing is taken. */
    record Nothing() {}

    @ServerRequestFilter
    void check(ResourceInfo resource, ContainerRequestContext request, RoutingContext routing) throws IOException {
        var body = Bodies.of(request);
        if (body.length > 0
                && ApiPath.isExternal(routing.normalizedPath())
                && !takesBody.computeIfAbsent(resource.getResourceMethod(), UnknownMembers::takesBody)) {
            json.readValue(body, Nothing.class);
        }
    }

    /** A parameter that comes from nowhere else is the body. */
    private static boolean takesBody(Method method) {
        return Stream.of(method.getParameters()).anyMatch(parameter -> Stream.of(parameter.getAnnotations())
                .map(Annotation::annotationType)
                .noneMatch(type -> type.getName().startsWith("jakarta.ws.rs.")));
    }
}
