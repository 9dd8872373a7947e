package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;

import java.util.function.Consumer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Reads each body before the request gets a thread, so that a slow client holds only a connection and the bytes
 * received. In the API, only the bodies of authenticated callers are read.
 */
@Singleton
final class BodyReader {

    private static final int AFTER_AUTHENTICATION = 20;

    /** A body must send a minimum number of bytes in each window. */
    private static final long WINDOW_MILLIS = 5_000;

    private static final int LEAST_IN_WINDOW = 1_024;

    /**
     * Bodies of each kind may use one part in this many of the heap. Processing a body takes several times its size.
     */
    private static final int SHARE = 16;

    /**
     * Publishing gets a larger share: all events published during a second in which the database does not respond must
     * fit.
     */
    private static final int SHARE_OF_PUBLISHERS = 8;

    /** The memory for a request in addition to its body, in bytes. */
    private static final int BESIDES = 8 * 1024;

    private static final Buffer NOTHING = Buffer.buffer(0);

    private static final ApiException TOO_MUCH =
            ApiException.unavailable("Too many requests are being processed. Send the request again in a second.");

    private final RequestGuard guard;
    private final BodyLimits limits;
    private final IdentityProviderManager identities;

    /** Separate budgets, so that one kind of request cannot use up the memory of another. */
    private final BodyBudget ofPages;

    private final BodyBudget ofPrograms;
    private final BodyBudget ofPublishers;

    BodyReader(RequestGuard guard, BodyLimits limits, IdentityProviderManager identities, BodySettings settings) {
        this.guard = guard;
        this.limits = limits;
        this.identities = identities;
        long heap = Runtime.getRuntime().maxMemory();
        ofPages = new BodyBudget(heap / SHARE);
        ofPrograms = new BodyBudget(heap / SHARE);
        ofPublishers = new BodyBudget(Math.max(heap / SHARE_OF_PUBLISHERS, settings.maxBody() + BESIDES));
    }

    void register(@Observes Filters filters) {
        filters.register(this::read, AFTER_AUTHENTICATION);
    }

    private void read(RoutingContext request) {
        if (!SlowRequests.hasBody(request.request())) {
            request.next();
        } else if (ApiPath.includes(request.normalizedPath())) {
            request.request().pause();
            var context = request.vertx().getOrCreateContext();
            Consumer<Boolean> advance = isKnown -> context.runOnContext(ignored -> readIf(isKnown, request));
            QuarkusHttpUser.getSecurityIdentity(request, identities)
                    .map(BodyReader::isKnown)
                    .subscribe()
                    .with(advance, refused -> advance.accept(false));
        } else {
            new Reading(request).begin();
        }
    }

    private static boolean isKnown(SecurityIdentity identity) {
        return identity != null && !identity.isAnonymous();
    }

    /**
     * Reads the body if the caller is known. Unknown callers are rejected later; they get an empty body, so that
     * nothing waits for it.
     */
    private void readIf(boolean isKnown, RoutingContext request) {
        if (isKnown) {
            new Reading(request).begin();
        } else {
            ((RoutingContextInternal) request).setBody(NOTHING);
            request.next();
            request.request().resume();
        }
    }

    private BodyBudget budget(RoutingContext request) {
        var path = request.normalizedPath();
        if (ApiPath.isInternal(path)) {
            return ofPublishers;
        }
        return ApiPath.includes(path) ? ofPrograms : ofPages;
    }

    /** A body that is being received; always used in the thread of its connection. */
    private final class Reading {

        private final RoutingContext request;
        private final BodyBudget budget;
        private final int limit;
        private Buffer body = Buffer.buffer();
        private final long timer;
        private long taken;
        private long before;
        private boolean isOver;

        Reading(RoutingContext request) {
            this.request = request;
            budget = budget(request);
            limit = limits.of(request);
            timer = request.vertx().setPeriodic(WINDOW_MILLIS, end -> checkRate());
        }

        void begin() {
            var http = request.request();
            if (http.isEnded()) {
                finish();
                return;
            }
            request.addEndHandler(end -> release());
            if (!take(BESIDES)) {
                return;
            }
            http.exceptionHandler(broken -> release());
            http.handler(this::add);
            http.endHandler(end -> finish());
            if (http.headers().contains(HttpHeaders.EXPECT, "100-continue", true)) {
                http.headers().remove(HttpHeaders.EXPECT);
                request.response().writeContinue();
            }
            http.resume();
        }

        private void add(Buffer part) {
            if (isOver) {
                return;
            }
            if (body.length() + part.length() > limit) {
                refuse(ApiException.tooLarge(limit));
            } else if (take(part.length())) {
                body.appendBuffer(part);
            }
        }

        /** Reserves memory, and rejects the request if too little is left. */
        private boolean take(int bytes) {
            if (budget.take(bytes)) {
                taken += bytes;
                return true;
            }
            request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
            refuse(TOO_MUCH);
            return false;
        }

        private void finish() {
            request.vertx().cancelTimer(timer);
            if (!isOver) {
                ((RoutingContextInternal) request).setBody(body);
                request.next();
            }
        }

        private void refuse(ApiException why) {
            release();
            guard.refuseAndClose(why, request);
        }

        private void release() {
            request.vertx().cancelTimer(timer);
            isOver = true;
            // Also release the memory now, because a rejected request remains until its sender notices.
            body = NOTHING;
            budget.release(taken);
            taken = 0;
        }

        /** Ends requests that are too slow to be genuine. */
        private void checkRate() {
            if (body.length() - before < LEAST_IN_WINDOW) {
                release();
                request.request().connection().close();
            }
            before = body.length();
        }
    }
}
