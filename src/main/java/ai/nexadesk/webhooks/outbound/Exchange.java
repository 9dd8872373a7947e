package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One attempt, from resolving the host to its outcome. Lives on one event loop and is touched by no other thread. */
final class Exchange {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final long NO_TIMER = -1;

    private enum Phase {
        RESOLVING,
        CONNECTING,
        WAITING,
        READING,
        DONE
    }

    private final HttpSender sender;
    private final HttpClient client;
    private final Context context;
    private final OutgoingRequest outgoing;
    private final CompletableFuture<Outcome> result;

    /** The timeout counts from when the caller allowed it, so a process that stood still meanwhile has lost the right to send. */
    private final long deadlineNanos;

    private Phase phase = Phase.RESOLVING;
    private Instant startedAt = Instant.EPOCH;
    private long startedNanos;
    private @Nullable Duration resolvedAfter;
    private @Nullable Duration connectedAfter;
    private @Nullable Duration connect;
    private @Nullable Duration tls;
    private @Nullable Duration answeredAfter;
    private long timer = NO_TIMER;
    private @Nullable HttpClientRequest request;
    private int status;
    private List<Header> headers = List.of();
    private boolean truncated;
    private Buffer body = Buffer.buffer();

    Exchange(
            HttpSender sender,
            HttpClient client,
            Context context,
            OutgoingRequest outgoing,
            CompletableFuture<Outcome> result) {
        this.sender = sender;
        this.client = client;
        this.context = context;
        this.outgoing = outgoing;
        this.result = result;
        this.deadlineNanos = System.nanoTime() + sender.timeout().toNanos();
    }

    void start() {
        startedAt = sender.clock().instant();
        startedNanos = System.nanoTime();
        long left = nanosLeft();
        if (left <= 0) {
            fail(new FailureException(Failure.LATE));
            return;
        }
        // Rounded up, for Vert.x has no timers of less than a millisecond.
        timer = context.owner().setTimer(TimeUnit.NANOSECONDS.toMillis(left) + 1, fired -> expire());
        try {
            sender.destinations().find(outgoing.url()).whenComplete(this::resolved);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void resolved(@Nullable InetAddress address, @Nullable Throwable error) {
        if (Vertx.currentContext() == context) {
            connect(address, error);
        } else {
            context.runOnContext(back -> connect(address, error));
        }
    }

    private void connect(@Nullable InetAddress address, @Nullable Throwable error) {
        if (phase != Phase.RESOLVING) {
            return;
        }
        if (address == null) {
            fail(error == null ? new IllegalStateException("No address") : error);
            return;
        }
        phase = Phase.CONNECTING;
        resolvedAfter = elapsed();
        EndpointUrl url = outgoing.url();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(url.port(), address.getHostAddress()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isSecure())
                .setURI(url.requestTarget())
                .setHeaders(requestHeaders())
                .setConnectTimeout(sender.timeout().toMillis());
        client.request(options).onComplete(connected -> {
            if (connected.failed()) {
                fail(connected.cause());
            } else {
                write(connected.result());
            }
        });
    }

    private long nanosLeft() {
        return deadlineNanos - System.nanoTime();
    }

    private MultiMap requestHeaders() {
        MultiMap fields = HttpHeaders.headers();
        for (Header header : outgoing.headers()) {
            fields.add(header.name(), header.value());
        }
        return fields;
    }

    private void write(HttpClientRequest connected) {
        if (phase != Phase.CONNECTING) {
            connected.reset();
            return;
        }
        if (nanosLeft() <= 0) {
            expire();
            connected.reset();
            return;
        }
        phase = Phase.WAITING;
        connectedAfter = elapsed();
        noteConnection(connected.connection());
        request = connected;
        connected.send(Buffer.buffer(outgoing.body())).onComplete(answered -> {
            if (answered.failed()) {
                fail(answered.cause());
            } else {
                read(answered.result());
            }
        });
    }

    /** A connection that is older than this attempt's address was kept alive, and took no time. */
    private void noteConnection(HttpConnection connection) {
        Long nanos = Connected.nanosOf(connection);
        Duration reachedAfter = nanos == null ? null : Duration.ofNanos(nanos - startedNanos);
        Duration sinceReached = between(reachedAfter, connectedAfter);
        Duration sinceResolved = between(resolvedAfter, connectedAfter);
        if (sinceReached == null || sinceResolved == null || sinceReached.compareTo(sinceResolved) <= 0) {
            connect = sinceResolved;
            tls = outgoing.url().isSecure() ? sinceReached : null;
        }
    }

    private void read(HttpClientResponse response) {
        if (phase != Phase.WAITING) {
            return;
        }
        answeredAfter = elapsed();
        status = response.statusCode();
        if (status < 200) {
            fail(new FailureException(Failure.protocol("an unexpected status " + status)));
            return;
        }
        phase = Phase.READING;
        keepHeaders(response);
        response.handler(this::keepChunk);
        response.exceptionHandler(this::cut);
        response.endHandler(end -> answered());
    }

    private void keepHeaders(HttpClientResponse response) {
        headers = new ArrayList<>();
        int size = 0;
        for (Map.Entry<String, String> field : response.headers()) {
            size += field.getKey().length() + field.getValue().length() + 4;
            if (size > MAX_HEADER_BYTES) {
                truncated = true;
                return;
            }
            headers.add(new Header(field.getKey(), field.getValue()));
        }
    }

    private void keepChunk(Buffer chunk) {
        if (phase != Phase.READING) {
            return;
        }
        int room = MAX_BODY_BYTES - body.length();
        if (chunk.length() <= room) {
            body.appendBuffer(chunk);
        } else {
            body.appendBuffer(chunk, 0, room);
            cut(null);
        }
    }

    /** Ends an answer whose rest is too long, too late or broken: its status arrived, so it counts. */
    private void cut(@Nullable Throwable why) {
        if (phase == Phase.READING) {
            truncated = true;
            answered();
            closeConnection();
        }
    }

    private void expire() {
        String limit = Durations.text(sender.timeout());
        String name = outgoing.url().host();
        switch (phase) {
            case RESOLVING -> fail(timeout("No DNS answer for " + name + " within " + limit + "."));
            case CONNECTING -> fail(timeout("No connection to " + name + " within " + limit + "."));
            case WAITING -> fail(timeout("No response within " + limit + "."));
            case READING -> cut(null);
            case DONE -> {}
        }
    }

    private static FailureException timeout(String message) {
        return new FailureException(new Failure(ErrorCode.TIMEOUT, message));
    }

    private void answered() {
        Duration duration = elapsed();
        finish(new Outcome.Answered(startedAt, duration, timing(), status, headers, body.getBytes(), truncated));
    }

    private void fail(Throwable error) {
        if (phase == Phase.DONE) {
            return;
        }
        Failure failure = sender.isClosed() ? Failure.INTERRUPTED : Failure.of(error, outgoing.url());
        finish(new Outcome.Unanswered(startedAt, elapsed(), timing(), failure.code(), failure.message()));
        // Last, for the reset reports itself as one more failure.
        closeConnection();
    }

    private void closeConnection() {
        if (request != null) {
            HttpConnection connection = request.connection();
            request.reset();
            if (connection != null) {
                connection.close();
            }
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    private Timing timing() {
        return new Timing(resolvedAfter, connect, tls, between(connectedAfter, answeredAfter));
    }

    private static @Nullable Duration between(@Nullable Duration from, @Nullable Duration to) {
        return from == null || to == null ? null : to.minus(from);
    }

    private void finish(Outcome outcome) {
        if (phase != Phase.DONE) {
            phase = Phase.DONE;
            if (timer != NO_TIMER) {
                context.owner().cancelTimer(timer);
            }
            result.complete(outcome);
        }
    }
}
