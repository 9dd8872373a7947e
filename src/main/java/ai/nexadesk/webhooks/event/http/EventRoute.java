package ai.nexadesk.webhooks.event.http;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.api.guard.BodySettings;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.EventParser;
import ai.nexadesk.webhooks.event.InvalidEventException;
import ai.nexadesk.webhooks.event.NewEvent;
import ai.nexadesk.webhooks.event.Publishing;
import ai.nexadesk.webhooks.event.PublishingMetrics;
import ai.nexadesk.webhooks.event.PublishingTrace;
import ai.nexadesk.webhooks.event.Receipt;
import ai.nexadesk.webhooks.event.SchemaCheck;
import ai.nexadesk.webhooks.event.UnavailableException;
import ai.nexadesk.webhooks.event.UnknownWorkspaceException;
import ai.nexadesk.webhooks.tracing.Traceparent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.SpanKind;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;

/**
 * Publishing over HTTP, without the REST framework, which would take longer than storing an event. The route answers
 * ordinary successful requests; {@link EventResource} answers all others, including errors.
 */
@Singleton
class EventRoute {

    private static final int BEFORE_RESOURCES = 1;

    private static final String JSON = MediaType.APPLICATION_JSON;

    private static final String JSON_IN_UTF_8 = "application/json; charset=utf-8";

    private static final String FAILURE = EventRoute.class.getName();

    /** A request of up to this many bytes is parsed within a millisecond. */
    private static final int READ_AT_ONCE = 32 * 1024;

    private static final int READERS = 2;

    private static final Buffer NOTHING = Buffer.buffer(0);

    private final InstantSource clock;
    private final Publishing publishing;
    private final SchemaCheck schemas;
    private final PublishingTrace trace;
    private final PublishingMetrics metrics;

    /**
     * Few threads, because parsing takes several times the memory of the body; separate from those of pages and REST.
     */
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);

    private final int maxBody;
    private final IdentityProviderManager identities;
    private final ObjectMapper json;

    EventRoute(
            InstantSource clock,
            Publishing publishing,
            SchemaCheck schemas,
            PublishingTrace trace,
            PublishingMetrics metrics,
            BodySettings settings,
            IdentityProviderManager identities,
            ObjectMapper json) {
        this.clock = clock;
        this.publishing = publishing;
        this.schemas = schemas;
        this.trace = trace;
        this.metrics = metrics;
        this.maxBody = settings.maxBody();
        this.identities = identities;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post(EventResource.PATH).order(BEFORE_RESOURCES).handler(this::answer);
    }

    /** Throws the exception that made this request fail. */
    static void throwFailure(RoutingContext request) {
        RuntimeException failure = request.get(FAILURE);
        if (failure != null) {
            throw failure;
        }
    }

    private void answer(RoutingContext request) {
        if (isOrdinary(request)) {
            QuarkusHttpUser.getSecurityIdentity(request, identities)
                    .subscribe()
                    .with(identity -> answer(request, identity), unknown -> request.next());
        } else {
            request.next();
        }
    }

    private static boolean isOrdinary(RoutingContext request) {
        var http = request.request();
        var accepted = http.getHeader(HttpHeaders.ACCEPT);
        var type = http.getHeader(HttpHeaders.CONTENT_TYPE);
        return http.query() == null
                && (JSON.equals(type) || JSON_IN_UTF_8.equalsIgnoreCase(type))
                && (accepted == null || accepted.equals("*/*") || accepted.equals(JSON));
    }

    private void answer(RoutingContext request, @Nullable SecurityIdentity identity) {
        if (identity == null || !identity.hasRole(Role.IS_PUBLISHER)) {
            request.next();
            return;
        }
        var context = request.vertx().getOrCreateContext();
        try {
            publish(request)
                    .whenComplete(
                            (receipt, failure) -> context.runOnContext(ignored -> finish(request, receipt, failure)));
        } catch (RuntimeException failure) {
            finish(request, null, failure);
        }
    }

    private void finish(RoutingContext request, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt == null) {
            request.put(FAILURE, failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
            request.next();
        } else if (!request.response().closed()) {
            request.response()
                    .setStatusCode(EventResource.ACCEPTED)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=UTF-8")
                    .end(written(receipt));
        }
    }

    private Buffer written(Receipt receipt) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(Success.of(receipt)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A receipt can be written", impossible);
        }
    }

    @PreDestroy
    void close() {
        readers.shutdown();
    }

    /**
     * Publishes the events of a request. The header {@code Idempotency-Key} makes events without an ID safe to repeat:
     * the same key and body give the same IDs.
     *
     * @return the receipt, once all events are durable
     * @throws ApiException 400, 413 or 503, thrown or in the stage; then nothing was stored
     */
    CompletionStage<Receipt> publish(RoutingContext request) {
        var traceparent = request.request().getHeader(Traceparent.NAME);
        var key = request.request().getHeader("Idempotency-Key");
        var body = take(request);
        if (body.length > maxBody) {
            throw ApiException.tooLarge(maxBody);
        }
        // Parsing a large request here would block the other requests of this thread.
        return body.length <= READ_AT_ONCE
                ? publish(traceparent, key, body)
                : CompletableFuture.supplyAsync(() -> publish(traceparent, key, body), readers)
                        .thenCompose(Function.identity());
    }

    /** Returns the body and removes it from the request, so that the request no longer keeps it in memory. */
    private static byte[] take(RoutingContext request) {
        var body = request.body().buffer();
        ((RoutingContextInternal) request).setBody(NOTHING);
        return body == null ? new byte[0] : body.getBytes();
    }

    private CompletionStage<Receipt> publish(@Nullable String traceparent, @Nullable String key, byte[] body) {
        long start = System.nanoTime();
        var span = trace.begin(SpanKind.SERVER, traceparent);
        List<NewEvent> events;
        IntFunction<String> paths;
        try {
            events = trace.mark(span, parser(key, body).parse(body));
            paths = EventParser.paths(body);
            schemas.check(events, paths);
        } catch (InvalidEventException e) {
            metrics.invalid();
            trace.fail(span, e.code());
            throw refusal(e);
        }
        return publishing.publish(events).handle((accepted, failure) -> {
            if (failure == null) {
                var receipt = Receipt.of(accepted);
                metrics.published(receipt, System.nanoTime() - start);
                trace.end(span, receipt);
                return receipt;
            }
            var error = error(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure, paths);
            trace.fail(span, error instanceof ApiException refusal ? refusal.code() : "internal_error");
            if (error instanceof ApiException refusal && refusal.status() < 500) {
                metrics.invalid();
            } else {
                metrics.unavailable();
            }
            throw error;
        });
    }

    private static ApiException refusal(InvalidEventException e) {
        return ApiException.badRequest(e.code(), e.getMessage(), e.fields());
    }

    private EventParser parser(@Nullable String key, byte[] body) {
        if (key == null) {
            return new EventParser(clock);
        }
        var place = new AtomicInteger();
        // The ID also depends on the body, so that reusing a key for other events does not lose them.
        return new EventParser(
                clock, () -> EventIds.of(key + '/' + UUID.nameUUIDFromBytes(body) + '/' + place.getAndIncrement()));
    }

    private static RuntimeException error(Throwable failure, IntFunction<String> paths) {
        if (failure instanceof UnknownWorkspaceException e) {
            return refusal(e.in(paths));
        }
        if (failure instanceof UnavailableException e) {
            return ApiException.unavailable(e.getMessage(), e.getCause());
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
