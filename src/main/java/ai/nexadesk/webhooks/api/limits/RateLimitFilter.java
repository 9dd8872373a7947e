package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.BearerToken;
import ai.nexadesk.webhooks.api.ErrorAnswer;
import ai.nexadesk.webhooks.api.Hashes;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/**
 * Counts every API request with a key, returns the remaining limit in headers, and rejects requests above the limit.
 */
@Singleton
public final class RateLimitFilter {

    public static final int PRIORITY = 10;

    private final RateLimit limit;
    private final ExecutorService executor;

    RateLimitFilter(RateLimit limit, ExecutorService executor) {
        this.limit = limit;
        this.executor = executor;
    }

    /** Runs before matching, so that 404 responses have the headers, too. */
    @ServerRequestFilter(preMatching = true, priority = PRIORITY)
    Uni<Response> count(RoutingContext request) {
        return take(request).map(tooMany -> tooMany.map(
                        e -> ErrorAnswer.of(e).answer(request).build())
                .orElse(null));
    }

    /**
     * Counts a request that is answered before {@link #count} runs, and writes the headers of its response.
     *
     * @return the error above the limit; otherwise empty, also if the request is not counted
     */
    public Uni<Optional<ApiException>> take(RoutingContext request) {
        var token = BearerToken.of(request);
        if (token.isEmpty() || !isCounted(request.normalizedPath())) {
            return Uni.createFrom().item(Optional.empty());
        }
        var hash = Hashes.sha256(token.get());
        return Uni.createFrom().item(() -> take(hash, request)).runSubscriptionOn(executor);
    }

    /** Whether the path counts, including mistyped API paths. Publishers have no limit. */
    private static boolean isCounted(String path) {
        return ApiPath.includes(path) && !ApiPath.isInternal(path);
    }

    private Optional<ApiException> take(byte[] hash, RoutingContext request) {
        var taken = limit.take(hash);
        taken.ifPresent(left -> tell(left, request));
        return taken.filter(RateLimit.Taken::isRefused).map(RateLimitFilter::tooMany);
    }

    private static void tell(RateLimit.Taken left, RoutingContext request) {
        var headers = request.response().headers();
        headers.set("X-RateLimit-Limit", Integer.toString(left.limit()));
        headers.set("X-RateLimit-Remaining", Integer.toString(left.remaining()));
        headers.set("X-RateLimit-Reset", Long.toString(left.reset()));
        if (left.isRefused()) {
            headers.set("Retry-After", Long.toString(left.retryAfter()));
        }
    }

    private static ApiException tooMany(RateLimit.Taken left) {
        return ApiException.tooMany(
                "rate_limited",
                "This key may make " + left.limit() + " requests per minute. Try again in " + left.retryAfter()
                        + " s.");
    }
}
