package ai.nexadesk.webhooks.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Gives every request an ID for its response and its log entries: the one from the header {@code X-Request-Id}, or a
 * new one.
 */
@Singleton
final class RequestIds {

    static final String HEADER = "X-Request-Id";

    /** Its name in log entries. */
    private static final String LOGGED_AS = "requestId";

    private static final int FIRST_OF_ALL = 1_000;

    /** The accepted characters: none that could be misread in a log. */
    private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    void give(@Observes Filters filters) {
        filters.register(RequestIds::give, FIRST_OF_ALL);
    }

    private static void give(RoutingContext request) {
        var id = idOf(request.request().getHeader(HEADER));
        request.response().putHeader(HEADER, id);
        MDC.put(LOGGED_AS, id);
        request.next();
    }

    private static String idOf(@Nullable String given) {
        return given != null && GIVEN.matcher(given).matches()
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
