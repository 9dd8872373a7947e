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

/** Counts every request to the API that has a key, says in its answer how many are left, and refuses too many. */
@Singleton
public final class RateLimits {

    public static final int PRIORITY = 10;

    private final RateLimit limit;
    private final ExecutorService executor;

    RateLimits(RateLimit limit, ExecutorService executor) {
        this.limit = limit;
        this.executor = executor;
    }

    /** Before anything is looked for, so that answers about nothing carry the headers, too. */
    @ServerRequestFilter(preMatching = true, priority = PRIORITY)
    Uni<Response> count(RoutingContext request) {
        return take(request).map(tooMany -> tooMany.map(
                        e -> ErrorAnswer.of(e).answer(request).build())
                .orElse(null));
    }

    /**
     * Counts a request and writes the headers of its answer; for what is answered before {@link #count} is asked.
     *
     * @return the refusal, if there were too many; empty if not, and where there is nothing to count
     */
    public Uni<Optional<ApiException>> take(RoutingContext request) {
        var token = BearerToken.of(request);
        if (token.isEmpty() || !isCounted(request.normalizedPath())) {
            return Uni.createFrom().item(Optional.empty());
        }
        var hash = Hashes.sha256(token.get());
        return Uni.createFrom().item(() -> take(hash, request)).runSubscriptionOn(executor);
    }

    /** Also what misses the external API by a typing mistake; publishers have no limit. */
    private static boolean isCounted(String path) {
        return ApiPath.includes(path) && !ApiPath.isInternal(path);
    }

    private Optional<ApiException> take(byte[] hash, RoutingContext request) {
        var taken = limit.take(hash);
        taken.ifPresent(left -> tell(left, request));
        return taken.filter(RateLimit.Taken::isRefused).map(RateLimits::tooMany);
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
