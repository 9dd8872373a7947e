package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ErrorAnswer;
import ai.nexadesk.webhooks.api.RequestEnd;
import ai.nexadesk.webhooks.api.guard.RequestSettings;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/**
 * Prevents one customer from using up shared resources. An export counts until it has been read completely. It holds a
 * thread meanwhile, so slow readers are disconnected.
 */
@Singleton
public final class CostlyRequests {

    /** Maximum costly requests per workspace; fewer than the database connections, so that others always get one. */
    static final int MAX_OF_WORKSPACE = 6;

    /** Maximum costly requests per person or key. */
    static final int MAX_OF_CALLER = 4;

    private static final ApiException TOO_MANY = ApiException.tooMany(
            "too_many_at_once",
            "Too many of your searches and exports are running. Wait until one of them has finished, then try again.");

    private final ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();
    private final SecurityIdentity identity;
    private final Duration timeout;

    CostlyRequests(SecurityIdentity identity, RequestSettings settings) {
        this.identity = identity;
        this.timeout = settings.answerTimeout();
    }

    @Costly
    @ServerRequestFilter
    @Nullable
    Response begin(RoutingContext request) {
        if (!(identity.getPrincipal() instanceof Member member)) {
            return null;
        }
        var workspace = member.workspaceId();
        var caller = workspace + " " + member.auditName();
        if (!enter(workspace, MAX_OF_WORKSPACE)) {
            return refuse(request);
        }
        if (!enter(caller, MAX_OF_CALLER)) {
            leave(workspace);
            return refuse(request);
        }
        long timer = request.vertx().setTimer(timeout.toMillis(), end -> request.request()
                .connection()
                .close());
        RequestEnd.of(request, () -> {
            request.vertx().cancelTimer(timer);
            leave(workspace);
            leave(caller);
        });
        return null;
    }

    private static Response refuse(RoutingContext request) {
        request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        return ErrorAnswer.of(TOO_MANY).answer(request).build();
    }

    private boolean enter(String who, int most) {
        var isIn = new boolean[1];
        running.compute(who, (key, before) -> {
            isIn[0] = before == null || before < most;
            return isIn[0] ? Integer.valueOf(before == null ? 1 : before + 1) : before;
        });
        return isIn[0];
    }

    private void leave(String who) {
        running.computeIfPresent(who, (key, before) -> before == 1 ? null : before - 1);
    }
}
