package ai.nexadesk.webhooks.outbound.connection;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Connects to the first of several addresses that accepts a connection. The next address is tried when the previous one
 * fails or has not connected after a short time (RFC 8305, section 5). Runs on one event loop.
 */
public final class ConnectionRace {
    private static final long STAGGER_MILLIS = 250;
    private static final long NO_TIMER = -1;

    /**
     * Maximum dead connections in succession. More than one occurs only if a server closes many kept connections at
     * once.
     */
    private static final int MAX_DEAD_CONNECTIONS = 64;

    /** Receives the result of a race: a request to write, or an error. */
    public interface Listener {
        /** There is a connection to this address. */
        void connected(InetAddress address, HttpClientRequest request);

        /** No address accepted a connection; the error is that of the first one. */
        void failed(Throwable error);
    }

    private final Vertx vertx;
    private final HttpClient client;
    private final Iterator<InetAddress> addresses;
    private final Function<InetAddress, RequestOptions> options;
    private final Listener listener;
    private int pending;
    private int dead;
    private boolean over;
    private long timer = NO_TIMER;
    private @Nullable Throwable firstError;

    /**
     * Creates a race.
     *
     * @param addresses the addresses in the order in which they are tried
     * @param options the options of a request to an address
     */
    public ConnectionRace(
            Vertx vertx,
            HttpClient client,
            List<InetAddress> addresses,
            Function<InetAddress, RequestOptions> options,
            Listener listener) {
        this.vertx = vertx;
        this.client = client;
        this.addresses = addresses.iterator();
        this.options = options;
        this.listener = listener;
    }

    /** Starts with the first address. */
    public void start() {
        tryNext();
    }

    /** Ends the race; connections that are established later are closed. */
    public void cancel() {
        over = true;
        cancelTimer();
    }

    private void tryNext() {
        cancelTimer();
        InetAddress address = addresses.next();
        pending++;
        if (addresses.hasNext()) {
            timer = vertx.setTimer(STAGGER_MILLIS, fired -> {
                timer = NO_TIMER;
                tryNext();
            });
        }
        request(address);
    }

    private void request(InetAddress address) {
        Future<HttpClientRequest> asked;
        try {
            asked = client.request(options.apply(address));
        } catch (RuntimeException closedOrInvalid) {
            asked = Future.failedFuture(closedOrInvalid);
        }
        asked.onComplete(result -> ended(address, result));
    }

    private void ended(InetAddress address, AsyncResult<HttpClientRequest> result) {
        if (!over && isDead(result) && ++dead <= MAX_DEAD_CONNECTIONS) {
            request(address);
            return;
        }
        pending--;
        if (result.failed()) {
            failed(result.cause());
        } else if (over) {
            discard(result.result());
        } else {
            cancel();
            listener.connected(address, result.result());
        }
    }

    /** Whether the pool returned a kept connection that has been closed since, or will be soon. */
    private static boolean isDead(AsyncResult<HttpClientRequest> result) {
        if (result.failed()) {
            return result.cause() instanceof HttpClosedException;
        }
        HttpClientRequest request = result.result();
        if (ConnectionState.of(request.connection()).isUsable()) {
            return false;
        }
        discard(request);
        return true;
    }

    private void failed(Throwable error) {
        if (firstError == null) {
            firstError = error;
        }
        if (over) {
            return;
        }
        if (addresses.hasNext()) {
            tryNext();
        } else if (pending == 0) {
            cancel();
            listener.failed(firstError);
        }
    }

    private void cancelTimer() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    /** Discards a request and its connection. Closes the connection first; otherwise the pool would reuse it. */
    public static void discard(HttpClientRequest request) {
        request.connection().close();
        request.reset();
    }
}
