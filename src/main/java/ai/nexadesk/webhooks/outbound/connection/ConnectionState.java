package ai.nexadesk.webhooks.outbound.connection;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnection;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The state of one connection. Accessed only by its event loop. */
public final class ConnectionState {
    /**
     * The idle time after which a connection is no longer used; less than the 5 s after which many servers close idle
     * connections.
     */
    private static final int DEFAULT_IDLE_SECONDS = 3;

    private static final int MAX_IDLE_SECONDS = 60;
    private static final String KEEP_ALIVE = "Keep-Alive";
    private static final AttributeKey<ConnectionState> KEY = AttributeKey.valueOf(ConnectionState.class, "state");
    private static final Pattern IDLE_TIMEOUT = Pattern.compile("(?i)(?:^|[,;\\s])timeout\\s*=\\s*\"?(\\d{1,6})");

    private int requests;
    private boolean busy;
    private boolean responseBegan;
    private boolean closing;
    private long idleNanos;
    private long usableUntil;

    ConnectionState() {}

    /** The state of this connection, which {@link ResponseCodec} watches. */
    public static ConnectionState of(HttpConnection connection) {
        Channel channel = ((HttpClientConnection) connection).channel();
        return Objects.requireNonNull(channel.attr(KEY).get(), "connection is not watched");
    }

    void attachTo(Channel channel) {
        channel.attr(KEY).set(this);
    }

    /** Notes that a request is about to be written. */
    public void requestBegins() {
        requests++;
        busy = true;
        responseBegan = false;
    }

    /** Whether the connection had served another request before the current one. */
    public boolean isReused() {
        return requests > 1;
    }

    /** Whether any byte has arrived since the current request began. */
    public boolean responseBegan() {
        return responseBegan;
    }

    /** Whether the connection must not serve another request. */
    public boolean mustClose() {
        return closing;
    }

    /**
     * Whether a request may be written. Servers close idle connections, so connections are not used after a shorter
     * idle time.
     */
    boolean isUsable() {
        return !closing && (requests == 0 || System.nanoTime() - usableUntil < 0);
    }

    boolean isBusy() {
        return busy;
    }

    void bytesArrived() {
        responseBegan = true;
    }

    void forbidReuse() {
        closing = true;
    }

    /** Notes that the final response begins, with these headers. */
    void responseBegins(HttpResponse head) {
        int seconds = idleSeconds(head);
        if (!HttpUtil.isKeepAlive(head) || seconds <= 0 || claimsForbiddenBody(head)) {
            closing = true;
        }
        idleNanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Whether a response that cannot have a body announces one, whose bytes may arrive later. */
    private static boolean claimsForbiddenBody(HttpResponse head) {
        int status = head.status().code();
        return (status == 204 || status == 304)
                && (HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) != 0);
    }

    /**
     * The usable idle time: one second less than the server announces, for example in {@code Keep-Alive: timeout=5}.
     */
    private static int idleSeconds(HttpResponse head) {
        String hint = head.headers().get(KEEP_ALIVE);
        if (hint == null) {
            return DEFAULT_IDLE_SECONDS;
        }
        var timeout = IDLE_TIMEOUT.matcher(hint);
        return timeout.find()
                ? Math.min(Integer.parseInt(timeout.group(1)) - 1, MAX_IDLE_SECONDS)
                : DEFAULT_IDLE_SECONDS;
    }

    void responseEnds() {
        busy = false;
        usableUntil = System.nanoTime() + idleNanos;
    }
}
