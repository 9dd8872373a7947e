package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Wall;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Publishes over kept-alive HTTP/1.1 connections. In an open loop, each request is sent when it is due, regardless of
 * earlier responses. The intervals are random, like those of independent publishers. Times are measured from when a
 * request was due.
 */
public final class Publisher implements AutoCloseable {

    /** The token that every application of a run accepts. */
    static final String TOKEN = "benchmark-publisher";

    private static final int ACCEPTED = 202;
    private static final long TIMEOUT_MILLIS = 15_000;
    private static final long AGAIN_AT_FIRST_MILLIS = 50;
    private static final long AGAIN_MILLIS = 1_000;
    private static final long IDLE_NANOS = 100_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient client;
    private final List<Integer> ports;
    private final List<Space> spaces;
    private final Published published;
    private final int batch;
    /** Selects the workspace of the next event. */
    private final IntUnaryOperator traffic;

    private final Random random = new Random(1);
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private int requests;

    public Publisher(
            Options options, List<Integer> ports, List<Space> spaces, Published published, IntUnaryOperator traffic) {
        this.ports = ports;
        this.spaces = spaces;
        this.published = published;
        this.traffic = traffic;
        this.batch = options.number("batch", 1);
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(options.number("connections", 64))
                .setMaxWaitQueueSize(-1)
                .setConnectTimeout(2_000)
                .setKeepAliveTimeout(0));
    }

    /** The number of requests with a response other than 202. */
    public long refused() {
        return refused.get();
    }

    /** The number of requests without a response. */
    public long failed() {
        return failed.get();
    }

    /**
     * Publishes this many events per second until told to stop, and waits for the responses.
     *
     * @param persistent whether a request that was not accepted is sent again, to the next replica, until it is
     *     accepted
     */
    public void open(double eventsPerSecond, boolean persistent, BooleanSupplier goesOn) throws IOException {
        double meanNanos = 1e9 * batch / eventsPerSecond;
        double due = System.nanoTime();
        long wallOffset = Wall.micros() - System.nanoTime() / 1_000;
        while (goesOn.getAsBoolean()) {
            var ready = new ArrayList<Request>();
            for (long now = System.nanoTime(); due <= now; due += -Math.log(1 - random.nextDouble()) * meanNanos) {
                ready.add(next((long) due / 1_000 + wallOffset, persistent));
            }
            send(ready);
            LockSupport.parkNanos(Math.max(1, (long) due - System.nanoTime()));
        }
        awaitAnswers();
    }

    /**
     * Publishes as much as the window and the given condition allow until told to stop, and waits for the responses.
     */
    public void closed(int window, BooleanSupplier mayGo, BooleanSupplier goesOn) throws IOException {
        while (goesOn.getAsBoolean()) {
            var ready = new ArrayList<Request>();
            while (outstanding.get() + ready.size() < window && mayGo.getAsBoolean()) {
                ready.add(next(Wall.micros(), false));
            }
            send(ready);
            LockSupport.parkNanos(IDLE_NANOS);
        }
        awaitAnswers();
    }

    private record Request(int first, int events, int space, int number, Buffer body, boolean persistent) {}

    private Request next(long intendedMicros, boolean persistent) {
        int number = requests++;
        int space = traffic.applyAsInt(number);
        int first = published.size();
        var body = new StringBuilder(batch == 1 ? "" : "[");
        for (int i = 0; i < batch; i++) {
            int event = published.add(intendedMicros, space);
            body.append(i == 0 ? "" : ",")
                    .append(Events.publication(spaces.get(space).id(), event));
        }
        return new Request(
                first,
                batch,
                space,
                number,
                Buffer.buffer(body.append(batch == 1 ? "" : "]").toString()),
                persistent);
    }

    private void send(List<Request> ready) {
        if (!ready.isEmpty()) {
            outstanding.addAndGet(ready.size());
            context.runOnContext(now -> ready.forEach(request -> send(request, 0)));
        }
    }

    private void send(Request request, int tries) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(ports.get((request.number + tries) % ports.size()))
                .setURI("/api/v1/internal/events")
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("Authorization", "Bearer " + TOKEN)
                .putHeader("Content-Type", "application/json");
        client.request(options)
                .compose(sent -> sent.send(request.body))
                .compose(response -> response.body().map(response))
                .onComplete(answer -> {
                    boolean accepted = answer.succeeded() && isAccepted(answer.result());
                    if (accepted) {
                        acknowledge(request);
                    } else {
                        (answer.succeeded() ? refused : failed).incrementAndGet();
                        if (request.persistent) {
                            vertx.setTimer(
                                    tries == 0 ? AGAIN_AT_FIRST_MILLIS : AGAIN_MILLIS,
                                    timer -> send(request, tries + 1));
                            return;
                        }
                    }
                    outstanding.decrementAndGet();
                });
    }

    private static boolean isAccepted(HttpClientResponse response) {
        return response.statusCode() == ACCEPTED;
    }

    private void acknowledge(Request request) {
        long now = Wall.micros();
        for (int i = 0; i < request.events; i++) {
            published.acknowledge(
                    request.first + i, now, spaces.get(request.space).fanOut());
        }
    }

    private void awaitAnswers() throws IOException {
        long deadline = System.nanoTime() + 300_000_000_000L;
        while (outstanding.get() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IOException(outstanding.get() + " requests have no response after 300 s");
            }
            Pause.millis(5);
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
