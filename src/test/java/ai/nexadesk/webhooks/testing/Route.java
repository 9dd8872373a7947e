package ai.nexadesk.webhooks.testing;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/**
 * An address of the application and a method that it accepts, according to the annotations.
 *
 * @param path the path, with parameters in braces
 * @param roles the roles that may use it; empty for everyone
 * @param parameters the parameters that it reads from the query and from forms
 */
public record Route(String method, String path, Set<String> roles, Set<String> parameters) {

    /** All routes, always in the same order. */
    public static List<Route> all() {
        // The dependencies do not matter here, and ArchUnit would not find them on its class path.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("ai.nexadesk.webhooks")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(JavaClass::reflect)
                        .flatMap(Route::of)
                        .sorted(Comparator.comparing(Route::toString))
                        .toList();
    }

    /** Whether it belongs to the API. */
    public boolean isApi() {
        return path.startsWith("/api/");
    }

    /** Whether it only reads. */
    public boolean isGet() {
        return method.equals("GET");
    }

    private static Stream<Route> of(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods()).flatMap(handler -> Arrays.stream(handler.getAnnotations())
                .filter(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class))
                .map(annotation -> new Route(
                        annotation
                                .annotationType()
                                .getAnnotation(HttpMethod.class)
                                .value(),
                        path(resource, handler),
                        roles(resource, handler),
                        parameters(handler))));
    }

    private static String path(Class<?> resource, Method handler) {
        var whole = resource.getAnnotation(Path.class).value()
                + (handler.isAnnotationPresent(Path.class)
                        ? "/" + handler.getAnnotation(Path.class).value()
                        : "");
        // A parameter's pattern may contain braces.
        return whole.replaceAll("\\{(\\w+)\\s*:(?:[^{}]|\\{[^{}]*})*}", "{$1}").replaceAll("/{2,}", "/");
    }

    private static Set<String> roles(Class<?> resource, Method handler) {
        return Stream.of(handler, resource)
                .filter(element -> element.isAnnotationPresent(RolesAllowed.class))
                .map(element -> Set.of(element.getAnnotation(RolesAllowed.class).value()))
                .findFirst()
                .orElse(Set.of());
    }

    private static Set<String> parameters(Method handler) {
        return Arrays.stream(handler.getParameters())
                .flatMap(parameter -> parameter.isAnnotationPresent(BeanParam.class)
                        ? Arrays.stream(parameter.getType().getDeclaredFields())
                        : Stream.of(parameter))
                .flatMap(Route::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> name(AnnotatedElement parameter) {
        return Stream.concat(
                Stream.ofNullable(parameter.getAnnotation(QueryParam.class)).map(QueryParam::value),
                Stream.ofNullable(parameter.getAnnotation(FormParam.class)).map(FormParam::value));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
