package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.connection.ConnectionRace;
import ai.nexadesk.webhooks.outbound.connection.ConnectionState;
import ai.nexadesk.webhooks.outbound.connection.PooledAddress;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One attempt, from resolving the host to its outcome. Runs on one event loop and is not thread-safe. */
final class Exchange implements ConnectionRace.Listener {
    private static final long NO_TIMER = -1;

    private enum Phase {
        RESOLVING,
        CONNECTING,
        WAITING,
        READING,
        DONE
    }

    private final EventLoopClient loop;
    private final OutgoingRequest outgoing;
    private final CompletableFuture<Outcome> result;

    /**
     * The timeout starts when the caller allows the attempt, so that a process that was frozen meanwhile does not send.
     */
    private final long deadlineNanos;

    private Phase phase = Phase.RESOLVING;
    private Instant startedAt = Instant.EPOCH;
    private Stopwatch stopwatch = new Stopwatch();
    private long timer = NO_TIMER;
    private List<InetAddress> addresses = List.of();
    private boolean keep;
    private boolean resent;
    private @Nullable ConnectionRace race;
    private @Nullable HttpClientRequest request;
    private @Nullable ResponseReader reader;

    Exchange(EventLoopClient loop, OutgoingRequest outgoing, CompletableFuture<Outcome> result) {
        this.loop = loop;
        this.outgoing = outgoing;
        this.result = result;
        this.deadlineNanos = System.nanoTime() + loop.timeout().toNanos();
    }

    void start() {
        startedAt = loop.clock().instant();
        stopwatch = new Stopwatch();
        long left = nanosLeft();
        if (left <= 0) {
            failed(Failure.LATE.asException());
            return;
        }
        // Rounded up, because Vert.x timers have a minimum of one millisecond.
        timer = loop.context().owner().setTimer(TimeUnit.NANOSECONDS.toMillis(left) + 1, fired -> expire());
        try {
            loop.destinations().find(outgoing.url()).whenComplete(this::resolved);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void resolved(@Nullable List<InetAddress> found, @Nullable Throwable error) {
        if (Vertx.currentContext() == loop.context()) {
            resolvedHere(found, error);
        } else {
            loop.context().runOnContext(back -> resolvedHere(found, error));
        }
    }

    private void resolvedHere(@Nullable List<InetAddress> found, @Nullable Throwable error) {
        if (phase != Phase.RESOLVING) {
            return;
        }
        if (found == null) {
            failed(error == null ? new IllegalStateException("No address") : error);
            return;
        }
        stopwatch.resolved();
        addresses = loop.memory().inOrder(outgoing.owner(), found);
        connect(!outgoing.once() && loop.memory().mayKeep(outgoing.owner()));
    }

    private void connect(boolean mayKeep) {
        phase = Phase.CONNECTING;
        keep = mayKeep;
        request = null;
        stopwatch.connecting();
        race = new ConnectionRace(loop.context().owner(), loop.client(), addresses, this::requestTo, this);
        race.start();
    }

    private RequestOptions requestTo(InetAddress address) {
        EndpointUrl url = outgoing.url();
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(new PooledAddress(address, url.port(), outgoing.owner(), keep))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isSecure())
                .setURI(url.requestTarget())
                .setHeaders(requestHeaders())
                .setConnectTimeout(loop.timeout().toMillis());
    }

    private MultiMap requestHeaders() {
        MultiMap fields = HttpHeaders.headers();
        fields.add(HttpHeaderNames.HOST, outgoing.url().authority());
        if (!keep) {
            fields.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        for (Header header : outgoing.headers()) {
            fields.add(header.name(), header.value());
        }
        return fields;
    }

    private long nanosLeft() {
        return deadlineNanos - System.nanoTime();
    }

    @Override
    public void connected(InetAddress address, HttpClientRequest connected) {
        if (phase != Phase.CONNECTING || nanosLeft() <= 0) {
            expire();
            ConnectionRace.discard(connected);
            return;
        }
        if (addresses.size() > 1) {
            loop.memory().reached(outgoing.owner(), address);
        }
        HttpConnection connection = connected.connection();
        stopwatch.connected(connection, outgoing.url().isSecure());
        ConnectionState state = ConnectionState.of(connection);
        state.requestBegins();
        phase = Phase.WAITING;
        request = connected;
        connected.send(Buffer.buffer(outgoing.body())).onComplete(response -> {
            if (request != connected) {
                return;
            }
            if (response.succeeded()) {
                read(response.result());
            } else {
                broken(state, response.cause());
            }
        });
    }

    /**
     * Handles a broken connection. If a kept connection closes before the response, the endpoint has not failed,
     * because it may close idle connections at any time. Therefore, the request is sent again on a new connection.
     */
    private void broken(ConnectionState state, Throwable error) {
        if (state.isReused()) {
            loop.memory().disableKeepAlive(outgoing.owner());
        }
        boolean untouched = state.isReused() && !state.responseBegan();
        if (phase == Phase.WAITING && untouched && !resent && !loop.closed().getAsBoolean()) {
            resent = true;
            closeConnection();
            connect(false);
        } else {
            failed(error);
        }
    }

    private void read(HttpClientResponse response) {
        if (phase != Phase.WAITING) {
            return;
        }
        stopwatch.responseBegan();
        int status = response.statusCode();
        if (status < HttpResponseStatus.OK.code()) {
            failed(Failure.unexpectedStatus(status).asException());
            return;
        }
        phase = Phase.READING;
        reader = new ResponseReader(response, this::responded, this::cut);
        reader.start();
    }

    /**
     * Ends a response whose body is too long, too late or broken. The response counts, because its status has arrived.
     */
    private void cut() {
        if (phase == Phase.READING && reader != null) {
            reader.truncate();
            responded();
            closeConnection();
        }
    }

    private void responded() {
        if (phase != Phase.READING || reader == null || request == null) {
            return;
        }
        ConnectionState state = ConnectionState.of(request.connection());
        if (state.mustClose()) {
            // Close it before Vert.x returns it to the pool.
            request.connection().close();
        }
        finish(new Outcome.Responded(
                startedAt,
                stopwatch.elapsed(),
                stopwatch.timing(),
                reader.status(),
                reader.headers(),
                reader.body(),
                reader.isTruncated()));
    }

    private void expire() {
        String limit = Durations.text(loop.timeout());
        String name = outgoing.url().host();
        switch (phase) {
            case RESOLVING -> failed(timeout("No DNS answer for " + name + " within " + limit + "."));
            case CONNECTING -> failed(timeout("No connection to " + name + " within " + limit + "."));
            case WAITING -> failed(timeout("No response within " + limit + "."));
            case READING -> cut();
            case DONE -> {}
        }
    }

    private static FailureException timeout(String message) {
        return new FailureException(ErrorCode.TIMEOUT, message);
    }

    @Override
    public void failed(Throwable error) {
        if (phase == Phase.DONE) {
            return;
        }
        Failure failure = loop.closed().getAsBoolean() ? Failure.INTERRUPTED : Failure.of(error, outgoing.url());
        finish(new Outcome.NoResponse(
                startedAt, stopwatch.elapsed(), stopwatch.timing(), failure.code(), failure.message()));
        // Do this last, because the reset reports another failure.
        closeConnection();
    }

    private void closeConnection() {
        if (request != null) {
            HttpClientRequest broken = request;
            request = null;
            ConnectionRace.discard(broken);
        }
    }

    private void finish(Outcome outcome) {
        if (phase != Phase.DONE) {
            phase = Phase.DONE;
            if (timer != NO_TIMER) {
                loop.context().owner().cancelTimer(timer);
            }
            if (race != null) {
                race.cancel();
            }
            result.complete(outcome);
        }
    }
}
