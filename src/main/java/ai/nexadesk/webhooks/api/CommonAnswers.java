package ai.nexadesk.webhooks.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds the common parts of all operations to the API's description ({@code META-INF/openapi.yaml}): the errors, the
 * request ID, the headers of the rate limit, and {@code Idempotency-Key} for every POST.
 */
@OpenApiFilter(stages = RunStage.RUNTIME_STARTUP)
public final class CommonAnswers implements OASFilter {

    private static final Map<Integer, String> ERRORS = Map.ofEntries(
            Map.entry(400, "BadRequest"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "NotFound"),
            Map.entry(405, "MethodNotAllowed"),
            Map.entry(406, "NotAcceptable"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "PreconditionFailed"),
            Map.entry(413, "PayloadTooLarge"),
            Map.entry(415, "UnsupportedMediaType"),
            Map.entry(429, "TooManyRequests"),
            Map.entry(500, "InternalError"),
            Map.entry(503, "Unavailable"));

    private static final List<String> RATE_LIMIT =
            List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");

    /** Called by Quarkus. */
    public CommonAnswers() {}

    @Override
    public void filterOpenAPI(OpenAPI description) {
        description.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> complete(path, method, operation)));
        ERRORS.forEach((status, name) -> {
            add(description.getComponents().getResponses().get(name), RequestIds.HEADER);
            // Requests without a valid key are not limited, and counting needs the database.
            if (status != 401 && status != 503) {
                addRateLimit(description.getComponents().getResponses().get(name));
            }
        });
    }

    private static void complete(String path, HttpMethod method, Operation operation) {
        boolean isExternal = ApiPath.isExternal(path);
        operation.getResponses().getAPIResponses().values().forEach(response -> add(response, RequestIds.HEADER));
        if (isExternal) {
            operation.getResponses().getAPIResponses().values().forEach(CommonAnswers::addRateLimit);
        }
        if (isExternal && method == HttpMethod.POST) {
            operation.addParameter(
                    OASFactory.createObject(Parameter.class).ref("#/components/parameters/IdempotencyKey"));
            operation
                    .getResponses()
                    .getAPIResponses()
                    .values()
                    .forEach(response -> add(response, "Idempotency-Replayed"));
        }
        for (int status : errors(path, method, operation)) {
            operation
                    .getResponses()
                    .addAPIResponse(
                            Integer.toString(status),
                            OASFactory.createAPIResponse().ref("#/components/responses/" + ERRORS.get(status)));
        }
    }

    private static Set<Integer> errors(String path, HttpMethod method, Operation operation) {
        var errors = new TreeSet<>(Set.of(400, 401, 405, 406, 500, 503));
        if (ApiPath.isExternal(path)) {
            errors.addAll(Set.of(403, 429));
            if (method == HttpMethod.POST) {
                errors.addAll(Set.of(409, 413));
            }
        }
        if (path.contains("{")) {
            errors.add(404);
        }
        if (operation.getRequestBody() != null) {
            errors.addAll(Set.of(413, 415));
        }
        return errors;
    }

    private static void addRateLimit(APIResponse response) {
        RATE_LIMIT.forEach(name -> add(response, name));
    }

    private static void add(APIResponse response, String header) {
        response.addHeader(header, OASFactory.createHeader().ref("#/components/headers/" + header));
    }
}
