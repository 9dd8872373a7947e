package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.tracing.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.ResponseStatus;
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
import jakarta.annotation.PreDestroy;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/** Publishing, for the host's own services. */
@Path(ApiPath.INTERNAL + "/events")
@RolesAllowed(Role.IS_PUBLISHER)
public class EventResource {

    private static final int ACCEPTED = 202;

    /** A request of so many bytes is read within a millisecond. */
    private static final int READ_AT_ONCE = 32 * 1024;

    private static final int READERS = 2;

    private final InstantSource clock;
    private final Publishing publishing;
    private final SchemaCheck schemas;
    private final PublishingTrace trace;
    private final PublishingMetrics metrics;

    /** Few, because reading takes several times the size of the body; and apart from the threads of pages and REST. */
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);

    private final int maxBody;

    EventResource(
            InstantSource clock,
            Publishing publishing,
            SchemaCheck schemas,
            PublishingTrace trace,
            PublishingMetrics metrics,
            Settings settings) {
        this.clock = clock;
        this.publishing = publishing;
        this.schemas = schemas;
        this.trace = trace;
        this.metrics = metrics;
        this.maxBody = settings.publisher().maxBody();
    }

    @PreDestroy
    void close() {
        readers.shutdown();
    }

    /**
     * Takes one event or an array of them; answers when they and their deliveries are durable.
     *
     * @param key makes events without an id safe to publish again: the same key and body give the same ids
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseStatus(ACCEPTED)
    @NonBlocking
    public CompletionStage<Success<Receipt>> publish(
            @HeaderParam(Traceparent.NAME) @Nullable String traceparent,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Context RoutingContext request) {
        var body = request.body().buffer() == null
                ? new byte[0]
                : request.body().buffer().getBytes();
        if (body.length > maxBody) {
            throw ApiException.tooLarge(maxBody);
        }
        // A large request must not hold up the others that this thread serves.
        return body.length <= READ_AT_ONCE
                ? publishNow(traceparent, key, body)
                : CompletableFuture.supplyAsync(() -> publishNow(traceparent, key, body), readers)
                        .thenCompose(Function.identity());
    }

    private CompletionStage<Success<Receipt>> publishNow(
            @Nullable String traceparent, @Nullable String key, byte[] body) {
        long start = System.nanoTime();
        var span = trace.begin(SpanKind.SERVER, traceparent);
        List<NewEvent> events;
        try {
            events = trace.mark(span, parser(key, body).parse(body));
            schemas.check(events, i -> EventParser.path(body, i));
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
                return Success.of(receipt);
            }
            var error = error(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure, body);
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
        // With the body, for a key that is used for something else must not lose that.
        return new EventParser(
                clock, () -> EventIds.of(key + '/' + UUID.nameUUIDFromBytes(body) + '/' + place.getAndIncrement()));
    }

    private static RuntimeException error(Throwable failure, byte[] body) {
        if (failure instanceof UnknownWorkspaceException e) {
            return refusal(e.in(place -> EventParser.path(body, place)));
        }
        if (failure instanceof UnavailableException e) {
            return ApiException.unavailable(e.getMessage(), e.getCause());
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
