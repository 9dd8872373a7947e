package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.api.ApiError;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ErrorAnswer;
import ai.nexadesk.webhooks.api.ErrorMappers;
import ai.nexadesk.webhooks.api.limits.RateLimitFilter;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Rejects ambiguous requests, and answers those that no route handles or that the HTTP server rejects. */
@Singleton
final class RequestGuard {

    private static final int BEFORE_THE_SERVERS_OWN_LIMIT = 900;

    private static final String JSON = "application/json";

    /**
     * Matrix parameters, backslashes and encoded slashes, which proxies, routes and file handlers may interpret
     * differently.
     */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i)[;\\\\]|%(?:2f|3b|5c)");

    private static final String EVENT = ApiPath.EXTERNAL + "/events/";

    private static final ApiException ENCODED = new ApiException(
            415,
            "unsupported_media_type",
            "Compressed bodies are not supported. Send the body without Content-Encoding.",
            Map.of());

    private static final ApiException ODD_PATH = ApiException.badRequest(
            "bad_request",
            "The path contains //, a dot segment, a semicolon, a backslash or an encoded slash. Remove it.");

    private static final ApiException NO_JSON = new ApiException(
            415,
            "unsupported_media_type",
            "Send the body as application/json. With curl: -H 'Content-Type: application/json'.",
            Map.of());

    private final ObjectMapper json;

    private final BodyLimits bodies;

    private final RateLimitFilter limits;

    RequestGuard(ObjectMapper json, RateLimitFilter limits, BodyLimits bodies) {
        this.json = json;
        this.limits = limits;
        this.bodies = bodies;
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE).handler(request -> answer(404, request));
        router.route().order(Integer.MIN_VALUE).failureHandler(this::refuse);
    }

    /**
     * Answers requests that reach no route, such as those without a host. The framework would log each one as an error.
     */
    private void refuse(RoutingContext request) {
        if (request.statusCode() == 400 && !request.response().headWritten()) {
            answerEarly(400, request);
        } else {
            request.next();
        }
    }

    /**
     * Rejects requests that the server would reject without a message, and those that it would accept although they are
     * ambiguous.
     */
    void limit(@Observes Filters filters) {
        filters.register(
                request -> {
                    if (isUnclear(request)) {
                        answerEarly(isNormal(request) ? ErrorMappers.ofStatus(400) : ODD_PATH, request);
                    } else if (announced(request) > bodies.of(request)) {
                        refuseAndClose(ErrorMappers.ofStatus(413), request);
                    } else if (isEncoded(request)) {
                        answerEarly(ENCODED, request);
                    } else if (isForm(request)) {
                        answerEarly(NO_JSON, request);
                    } else {
                        request.next();
                    }
                },
                BEFORE_THE_SERVERS_OWN_LIMIT);
    }

    /** Whether the host is unclear. Absolute URLs are built from it. */
    private static boolean isUnclear(RoutingContext request) {
        return request.request().authority() == null && !isOfOperators(request)
                || request.request().headers().getAll(HttpHeaders.HOST).size() > 1
                || !isNormal(request);
    }

    private static boolean isNormal(RoutingContext request) {
        return !isUnclear(request.request().path(), request.normalizedPath());
    }

    /** Whether the body claims to be a form, as many programs do by default. The framework would parse its fields. */
    private static boolean isForm(RoutingContext request) {
        var type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null
                && ApiPath.includes(request.normalizedPath())
                && (type.isBlank()
                        || type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33)
                        || type.regionMatches(true, 0, "multipart/", 0, 10));
    }

    /**
     * Whether the path is ambiguous. A proxy that protects internal paths may interpret a path that is not normalized
     * differently. Only an event ID may contain any characters, because its publisher chose it.
     */
    private static boolean isUnclear(String path, String normal) {
        var isEvent = path.startsWith(EVENT) && normal.startsWith(EVENT);
        return !isEvent && (!path.equals(normal) || AMBIGUOUS.matcher(path).find());
    }

    /** Whether the request is for a health check, which sometimes uses HTTP/1.0 without a host. */
    static boolean isOfOperators(RoutingContext request) {
        return request.normalizedPath().startsWith("/q/");
    }

    /** Whether the body is compressed. Bodies are never decompressed, because a small one could become huge. */
    private static boolean isEncoded(RoutingContext request) {
        var encoding = request.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !encoding.strip().equalsIgnoreCase("identity");
    }

    private static long announced(RoutingContext request) {
        var length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
    }

    private void answer(int status, RoutingContext request) {
        var failure = ErrorAnswer.of(ErrorMappers.ofStatus(status));
        var isApi = ApiPath.includes(request.normalizedPath());
        answer(
                status,
                request,
                isApi ? JSON : "text/html;charset=UTF-8",
                isApi ? json(failure.toApiError(request)) : failure.html(request));
    }

    /** Rejects a request whose body may still be arriving. */
    void refuseAndClose(ApiException refusal, RoutingContext request) {
        request.response()
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .endHandler(sent -> LingeringClose.begin(request));
        answerEarly(refusal, request);
    }

    /**
     * Answers before the page layout is available. The request counts toward the rate limit; if counting fails, it is
     * rejected regardless.
     */
    private void answerEarly(int status, RoutingContext request) {
        answerEarly(ErrorMappers.ofStatus(status), request);
    }

    private void answerEarly(ApiException refusal, RoutingContext request) {
        var context = request.vertx().getOrCreateContext();
        limits.take(request)
                .onFailure()
                .recoverWithItem(Optional.empty())
                .emitOn(answer -> context.runOnContext(ignored -> answer.run()))
                .subscribe()
                .with(tooMany -> refuse(tooMany.orElse(refusal), request));
    }

    void refuse(ApiException refusal, RoutingContext request) {
        if (request.response().closed()) {
            return;
        }
        var isApi = ApiPath.includes(request.normalizedPath());
        answer(
                refusal.status(),
                request,
                isApi ? JSON : "text/plain;charset=UTF-8",
                isApi ? json(refusal.toError()) : refusal.getMessage());
    }

    private static void answer(int status, RoutingContext request, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .end(body);
    }

    private String json(ApiError error) {
        try {
            return json.writeValueAsString(error);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A record of strings can be written", impossible);
        }
    }
}
