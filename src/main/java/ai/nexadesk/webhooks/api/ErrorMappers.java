package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser.MalformedMessageException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

/** Turns exceptions of resources into responses that explain what to do, without stack traces. */
@Singleton
public final class ErrorMappers {

    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);
    private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

    /** The classes of SQL states for an unavailable database: no connection, no resources, shut down by an operator. */
    private static final Set<String> UNAVAILABLE = Set.of("08", "53", "57");

    /** The SQL state of a lock that was not available within {@code lock_timeout}. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** The SQL state of a NUL in text. */
    private static final String NOT_TEXT = "22021";

    public static final String PAGE_UNREADABLE =
            "We couldn't read what your browser sent. Go back, reload the page and try again.";

    private final AllowedMethods allowed;

    ErrorMappers(AllowedMethods allowed) {
        this.allowed = allowed;
    }

    @ServerExceptionMapper
    Response ours(ApiException exception, RoutingContext request) {
        if (exception.getCause() != null) {
            LOG.errorf("%s %s", exception.getMessage(), exception.getCause().getMessage());
        }
        var answer = ErrorAnswer.of(exception).answer(request);
        return (exception.status() == 503 ? answer.header(HttpHeaders.RETRY_AFTER, 1) : answer).build();
    }

    @ServerExceptionMapper
    Response ofTheFramework(WebApplicationException exception, RoutingContext request) {
        if (exception.getCause() instanceof JsonProcessingException json) {
            return unreadable(json, request);
        }
        var response = exception.getResponse();
        if (response.getStatus() < 400) {
            return response;
        }
        if (response.getStatus() >= 500) {
            return unexpected(exception, request);
        }
        if (response.getStatus() != 405) {
            return ErrorAnswer.of(ofStatus(response.getStatus()))
                    .answer(request)
                    .build();
        }
        var methods = allowed.of(request.normalizedPath());
        var words = "This resource does not support this method. Use one of " + methods + ".";
        return ErrorAnswer.of(error(405, "method_not_allowed", words))
                .answer(request)
                .header(HttpHeaders.ALLOW, methods)
                .build();
    }

    /** An error that the framework detected before calling a resource. */
    public static ApiException ofStatus(int status) {
        return switch (status) {
            case 404 -> ApiException.notFound();
            case 405 -> error(405, "method_not_allowed", "This resource does not support this method.");
            case 406 -> error(406, "not_acceptable", "This API returns application/json only.");
            case 413 -> error(413, "payload_too_large", "The request is too large.");
            case 415 -> error(415, "unsupported_media_type", "Send the body as application/json.");
            default -> error(status, "bad_request", "The request could not be understood.");
        };
    }

    private static ApiException error(int status, String code, String message) {
        return new ApiException(status, code, message, Map.of());
    }

    /** Needed in addition to {@link #unreadable}, because the framework has a mapper for this exception, too. */
    @ServerExceptionMapper
    Response mismatched(MismatchedInputException exception, RoutingContext request) {
        return unreadable(exception, request);
    }

    @ServerExceptionMapper
    Response unreadable(JsonProcessingException exception, RoutingContext request) {
        return new ErrorAnswer(400, JsonProblem.of(exception), PAGE_UNREADABLE)
                .answer(request)
                .build();
    }

    @ServerExceptionMapper
    Response invalid(ConstraintViolationException exception, RoutingContext request) {
        var violations = exception.getConstraintViolations();
        if (violations.stream().anyMatch(ErrorMappers::isOurs)) {
            return unexpected(exception, request);
        }
        var fields = violations.stream()
                .collect(groupingBy(
                        ErrorMappers::member, TreeMap::new, mapping(ConstraintViolation::getMessage, toList())));
        var sentence = fields.entrySet().stream()
                .map(field -> field.getKey() + ": " + String.join(", ", field.getValue()))
                .collect(Collectors.joining("; ", "", "."));
        var error = ApiError.of("validation_failed", sentence, fields);
        return new ErrorAnswer(400, error, sentence).answer(request).build();
    }

    /** Whether a return value is invalid, which is our fault, not the caller's. */
    private static boolean isOurs(ConstraintViolation<?> violation) {
        return StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .anyMatch(node -> node.getKind() == ElementKind.RETURN_VALUE);
    }

    /** The member as the caller wrote it, or otherwise the parameter of the resource's method. */
    private static String member(ConstraintViolation<?> violation) {
        var nodes = StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .filter(node -> node.getKind() != ElementKind.METHOD)
                .toList();
        var within = nodes.size() > 1 && nodes.get(0).getKind() == ElementKind.PARAMETER
                ? nodes.subList(1, nodes.size())
                : nodes;
        return within.stream()
                .filter(node -> EnumSet.of(ElementKind.PROPERTY, ElementKind.PARAMETER, ElementKind.CONTAINER_ELEMENT)
                        .contains(node.getKind()))
                .map(ErrorMappers::name)
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    private static String name(Path.Node node) {
        var index = node.getIndex() == null ? "" : "[" + node.getIndex() + "]";
        return node.getKind() == ElementKind.CONTAINER_ELEMENT
                ? index
                : index.isEmpty()
                        ? SNAKE_CASE.translate(node.getName())
                        : index + "." + SNAKE_CASE.translate(node.getName());
    }

    /** Whether the input is incomplete, or cannot be read by the framework, such as a percent sign without digits. */
    private static boolean isUnreadable(Throwable exception) {
        for (var cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpClosedException
                    || cause instanceof SQLException sql && NOT_TEXT.equals(sql.getSQLState())) {
                return true;
            }
        }
        return (exception instanceof IllegalArgumentException
                        || exception instanceof IOException
                        || exception instanceof MalformedMessageException
                        || exception.getClass() == RuntimeException.class)
                && exception.getStackTrace().length > 0
                && exception.getStackTrace()[0].getClassName().startsWith("org.jboss.resteasy.reactive.");
    }

    @ServerExceptionMapper
    Response unexpected(Throwable exception, RoutingContext request) {
        if (isUnreadable(exception)) {
            return ErrorAnswer.of(ofStatus(400)).answer(request).build();
        }
        if (request.response().closed()) {
            // The client has disconnected and will not read the response.
            LOG.debugf("%s was left: %s", request.normalizedPath(), exception.getMessage());
            return ErrorAnswer.of(ofStatus(400)).answer(request).build();
        }
        if (isUnavailable(exception)) {
            LOG.warnf("The database is not available: %s", exception.getMessage());
            var words = "NexaDesk Webhooks is temporarily unavailable. Try again in a few seconds.";
            return new ErrorAnswer(503, ApiError.of("unavailable", words), words)
                    .answer(request)
                    .header(HttpHeaders.RETRY_AFTER, 5)
                    .build();
        }
        var reference = UUID.randomUUID().toString().substring(0, 13);
        LOG.errorf(
                exception, "Reference %s: %s %s", reference, request.request().method(), request.normalizedPath());
        var words = "Something went wrong on our side. Reference " + reference + ".";
        return new ErrorAnswer(500, ApiError.of("internal_error", words), words)
                .answer(request)
                .build();
    }

    private static boolean isUnavailable(Throwable exception) {
        for (var cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isUnavailable(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the database is unavailable. The pool's own exceptions, which have no state, mean that no connection was
     * free in time.
     */
    private static boolean isUnavailable(@Nullable String state) {
        return state == null
                || state.equals(LOCK_NOT_AVAILABLE)
                || state.length() == 5 && UNAVAILABLE.contains(state.substring(0, 2));
    }
}
