package ai.nexadesk.webhooks.outbound;

import io.vertx.core.http.HttpConnection;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Measures the parts of one attempt. */
final class Stopwatch {
    private final long startedNanos = System.nanoTime();
    private @Nullable Duration dns;
    private Duration connectingFrom = Duration.ZERO;
    private @Nullable Duration connectedAfter;
    private @Nullable Duration connect;
    private @Nullable Duration tls;
    private @Nullable Duration firstByte;

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    void resolved() {
        dns = elapsed();
    }

    /** Notes that a connection is requested, for the first time or again. */
    void connecting() {
        connectingFrom = elapsed();
        connect = null;
        tls = null;
    }

    /** Notes that there is a connection. If it is older than the request for it, it was kept open and took no time. */
    void connected(HttpConnection connection, boolean secure) {
        Duration now = elapsed();
        connectedAfter = now;
        Long nanos = ConnectTimes.nanosOf(connection);
        Duration reachedAfter = nanos == null ? null : Duration.ofNanos(nanos - startedNanos);
        if (reachedAfter == null || reachedAfter.compareTo(connectingFrom) >= 0) {
            connect = now.minus(connectingFrom);
            tls = secure && reachedAfter != null ? now.minus(reachedAfter) : null;
        }
    }

    void responseBegan() {
        firstByte = connectedAfter == null ? null : elapsed().minus(connectedAfter);
    }

    Timing timing() {
        return new Timing(dns, connect, tls, firstByte);
    }
}
