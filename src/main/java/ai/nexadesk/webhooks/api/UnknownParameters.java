package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;

/** Refuses what a resource of the API does not look at: a filter that is misspelt must not silently show everything. */
final class UnknownParameters {

    private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

    @ServerRequestFilter
    void check(ResourceInfo resource, UriInfo uri, RoutingContext routing) {
        if (!ApiPath.includes(routing.normalizedPath())) {
            return;
        }
        var given = uri.getQueryParameters();
        if (given.isEmpty()) {
            return;
        }
        var names = known.computeIfAbsent(resource.getResourceMethod(), UnknownParameters::names);
        var problems = new LinkedHashMap<String, List<String>>();
        given.forEach((name, values) -> {
            if (!names.contains(name)) {
                problems.put(name, List.of("Unknown parameter."));
            } else if (values.size() > 1) {
                problems.put(name, List.of("This parameter is given more than once."));
            }
        });
        if (!problems.isEmpty()) {
            var first = problems.entrySet().iterator().next();
            throw ApiException.badRequest("invalid_parameter", sentence(first.getKey(), names), problems);
        }
    }

    private static String sentence(String name, Set<String> names) {
        if (names.contains(name)) {
            return name + " is given more than once.";
        }
        return "Unknown parameter \"" + name + "\". "
                + (names.isEmpty()
                        ? "There are no parameters."
                        : "Known parameters: " + String.join(", ", names) + ".");
    }

    private static Set<String> names(Method method) {
        var names = new TreeSet<String>();
        Stream.of(method.getParameters()).flatMap(UnknownParameters::names).forEach(names::add);
        return names;
    }

    private static Stream<String> names(Parameter parameter) {
        return parameter.isAnnotationPresent(BeanParam.class)
                ? Stream.of(parameter.getType().getDeclaredFields())
                        .map(field -> field.getAnnotation(QueryParam.class))
                        .filter(query -> query != null)
                        .map(QueryParam::value)
                : Stream.ofNullable(parameter.getAnnotation(QueryParam.class)).map(QueryParam::value);
    }
}
