package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;

/** Rejects unknown and empty parameters: a misspelled filter must not silently return everything. */
final class UnknownParameters {

    private static final String TWICE = "This parameter is given more than once. Give it once.";
    private static final String EMPTY = "This parameter is empty. Give it a value, or omit it.";
    private static final String NUL = "This parameter has a NUL character (%00). Remove it.";

    private final Map<Method, Map<String, Boolean>> known = new ConcurrentHashMap<>();

    @ServerRequestFilter
    void check(ResourceInfo resource, UriInfo uri, RoutingContext routing) {
        if (!ApiPath.includes(routing.normalizedPath())) {
            return;
        }
        requireCondition(routing);
        var given = uri.getQueryParameters();
        if (given.isEmpty()) {
            return;
        }
        var takesSeveral = known.computeIfAbsent(resource.getResourceMethod(), UnknownParameters::parameters);
        var problems = new LinkedHashMap<String, List<String>>();
        given.forEach((name, values) -> {
            if (!takesSeveral.containsKey(name)) {
                problems.put(name, List.of("Unknown parameter."));
            } else if (values.size() > 1 && !takesSeveral.get(name)) {
                problems.put(name, List.of(TWICE));
            } else if (values.stream().anyMatch(String::isBlank)) {
                problems.put(name, List.of(EMPTY));
            } else if (values.stream().anyMatch(value -> value.indexOf('\0') >= 0)) {
                problems.put(name, List.of(NUL));
            }
        });
        if (!problems.isEmpty()) {
            var first = problems.entrySet().iterator().next();
            throw ApiException.badRequest("invalid_parameter", sentence(first, takesSeveral.keySet()), problems);
        }
    }

    /** Rejects an empty {@code If-Match}, which must not overwrite blindly. */
    private static void requireCondition(RoutingContext request) {
        var tags = request.request().getHeader(HttpHeaders.IF_MATCH);
        if (tags != null && tags.replace(',', ' ').isBlank()) {
            throw ApiException.invalid(
                    HttpHeaders.IF_MATCH, "If-Match is empty. Send the ETag that you read, or omit the header.");
        }
    }

    private static String sentence(Map.Entry<String, List<String>> problem, Set<String> names) {
        var name = problem.getKey();
        if (!names.contains(name)) {
            return "Unknown parameter \"" + name + "\". "
                    + (names.isEmpty()
                            ? "There are no parameters."
                            : "Known parameters: " + String.join(", ", names) + ".");
        }
        return problem.getValue().get(0).replace("This parameter", name);
    }

    /** The names of a resource's parameters, and whether each may be repeated. */
    private static Map<String, Boolean> parameters(Method method) {
        var parameters = new TreeMap<String, Boolean>();
        Stream.of(method.getParameters()).forEach(parameter -> {
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                Stream.of(parameter.getType().getDeclaredFields())
                        .forEach(field -> add(field, field.getType(), parameters));
            } else {
                add(parameter, parameter.getType(), parameters);
            }
        });
        return parameters;
    }

    private static void add(AnnotatedElement parameter, Class<?> type, Map<String, Boolean> parameters) {
        var query = parameter.getAnnotation(QueryParam.class);
        if (query != null) {
            parameters.put(query.value(), type == List.class);
        }
    }
}
