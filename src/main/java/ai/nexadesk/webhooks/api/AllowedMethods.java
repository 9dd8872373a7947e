package ai.nexadesk.webhooks.api;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;

/**
 * Finds the methods that a path supports. A 405 response must list them in {@code Allow} (RFC 9110), which the
 * framework does not do.
 */
@Singleton
final class AllowedMethods {

    /** A parameter in a path template. Its pattern may contain braces. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\s*\\w+\\s*(?::\\s*((?:[^{}]|\\{[^{}]*})+))?}");

    private final List<Route> routes;

    /** A route. {@code literal} is the number of characters of its path outside of parameters. */
    private record Route(String method, Pattern path, int literal) {}

    AllowedMethods(BeanManager beans) {
        routes = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(Bean::getBeanClass)
                .filter(type -> type.isAnnotationPresent(Path.class))
                .flatMap(AllowedMethods::routes)
                .toList();
    }

    /** The methods of a normalized path, in the header's format. */
    String of(String path) {
        // The framework supports OPTIONS everywhere, and HEAD with GET.
        var methods = new TreeSet<>(Set.of(HttpMethod.OPTIONS));
        var matching = routes.stream()
                .filter(route -> route.path.matcher(path).matches())
                .toList();
        // If both "…/retry" and "…/{id}" match, the first one counts.
        int literal = matching.stream().mapToInt(Route::literal).max().orElse(0);
        matching.stream()
                .filter(route -> route.literal == literal)
                .map(Route::method)
                .forEach(methods::add);
        if (methods.contains(HttpMethod.GET)) {
            methods.add(HttpMethod.HEAD);
        }
        return String.join(", ", methods);
    }

    private static Stream<Route> routes(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods()).flatMap(handler -> Arrays.stream(handler.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(method -> method != null)
                .map(method -> {
                    var template = template(resource, handler);
                    int literal = PARAMETER.matcher(template).replaceAll("").length();
                    return new Route(method.value(), Pattern.compile(regex(template) + "/?"), literal);
                }));
    }

    private static String template(Class<?> resource, Method handler) {
        var part = handler.getAnnotation(Path.class);
        var template = "/" + resource.getAnnotation(Path.class).value() + (part == null ? "" : "/" + part.value());
        return template.replaceAll("/{2,}", "/").replaceAll("/$", "");
    }

    private static String regex(String template) {
        var regex = new StringBuilder();
        var parameter = PARAMETER.matcher(template);
        int end = 0;
        while (parameter.find()) {
            var pattern = parameter.group(1) == null ? "[^/]+" : parameter.group(1);
            regex.append(Pattern.quote(template.substring(end, parameter.start())))
                    .append("(?:")
                    .append(pattern)
                    .append(')');
            end = parameter.end();
        }
        return regex.append(Pattern.quote(template.substring(end))).toString();
    }
}
