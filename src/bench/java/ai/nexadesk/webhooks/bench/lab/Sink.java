package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Numbers;
import ai.nexadesk.webhooks.bench.measure.Wall;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The receiver, in its own process. Each endpoint has a port. It checks the signature and every byte of every request,
 * and records where and when each event arrived. Only its single event loop accesses its state.
 */
final class Sink {

    private static final HttpServerOptions LOCAL =
            new HttpServerOptions().setHost("127.0.0.1").setPort(0).setAcceptBacklog(1_024);

    private static final long DRIP_MILLIS = 200;
    private static final Buffer FLOOD = Buffer.buffer(new byte[64 * 1024]);
    private static final byte[] GARBAGE = "NOPE/1.1 two hundred\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Random random = new Random(1);
    private final List<SinkEndpoint> endpoints = new ArrayList<>();
    private final Numbers places = new Numbers();
    private final Numbers times = new Numbers();
    private final SinkCounts counts = new SinkCounts();

    private Sink() {}

    /**
     * Starts as many endpoints as the argument specifies, prints its control port, and exits when its standard input
     * ends.
     */
    public static void main(String[] args) throws Exception {
        var sink = new Sink();
        int count = Integer.parseInt(args[0]);
        var ports = new JsonArray();
        for (int i = 0; i < count; i++) {
            var endpoint = new SinkEndpoint(i, sink.counts);
            sink.endpoints.add(endpoint);
            var server = sink.vertx.createHttpServer(LOCAL).requestHandler(request -> sink.receive(request, endpoint));
            ports.add(await(server.listen()).actualPort());
        }
        var control = sink.vertx.createHttpServer(LOCAL).requestHandler(request -> sink.control(request, ports));
        System.out.println(await(control.listen()).actualPort());
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void receive(HttpServerRequest request, SinkEndpoint endpoint) {
        // Another program on this machine may still send requests to an earlier user of this port.
        if (!request.path().equals("/hook/" + endpoint.index())) {
            end(request, 404);
            return;
        }
        request.body().onSuccess(body -> {
            long number = endpoint.check(request, body.getBytes());
            if (number >= 0) {
                places.add(number << 12 | endpoint.index());
                times.add(Wall.micros());
            }
            answer(request, endpoint, number);
        });
    }

    private void answer(HttpServerRequest request, SinkEndpoint endpoint, long number) {
        switch (number < 0 ? Behaviour.FAST : endpoint.behaviour()) {
            case FAST -> end(request, 200);
            case FAIL -> end(request, 500);
            case HANG -> begin(request, endpoint, number);
            case DRIP -> {
                begin(request, endpoint, number);
                drip(request.response().setChunked(true));
            }
            case FLOOD -> {
                begin(request, endpoint, number);
                flood(request.response().setChunked(true));
            }
            case GARBAGE -> {
                begin(request, endpoint, number);
                // Bypasses the HTTP encoder.
                channel(request).pipeline().firstContext().writeAndFlush(Unpooled.copiedBuffer(GARBAGE));
            }
            case RESET -> {
                channel(request).config().setOption(ChannelOption.SO_LINGER, 0);
                channel(request).close();
            }
            case SLOW -> {
                begin(request, endpoint, number);
                vertx.setTimer(Behaviour.slowMillis(random), timer -> {
                    endpoint.end(number);
                    end(request, 200);
                });
            }
        }
    }

    /** Counts a request as open until it is answered or its connection closes. */
    private static void begin(HttpServerRequest request, SinkEndpoint endpoint, long number) {
        endpoint.begin(number);
        request.connection().closeHandler(closed -> endpoint.end(number));
    }

    private void drip(HttpServerResponse response) {
        response.write("x").onSuccess(written -> vertx.setTimer(DRIP_MILLIS, timer -> drip(response)));
    }

    /** Sends as fast as the client accepts. */
    private static void flood(HttpServerResponse response) {
        response.write(FLOOD).onSuccess(written -> flood(response));
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    private static void end(HttpServerRequest request, int status) {
        if (!request.response().closed()) {
            request.response().setStatusCode(status).end();
        }
    }

    private void control(HttpServerRequest request, JsonArray ports) {
        request.body().onSuccess(body -> {
            try {
                request.response().end(carryOut(request.path(), body, ports));
            } catch (RuntimeException e) {
                request.response().setStatusCode(400).end(String.valueOf(e));
            }
        });
    }

    private Buffer carryOut(String path, Buffer body, JsonArray ports) {
        return switch (path) {
            case "/ports" -> ports.toBuffer();
            case "/counts" -> counts.toJson().toBuffer();
            case "/endpoint" -> {
                var told = body.toJsonObject();
                endpoints.get(told.getInteger("index")).know(told.getString("workspace"), told.getString("secret"));
                yield Buffer.buffer();
            }
            case "/behaviour" -> {
                var told = body.toJsonObject();
                var behaviour = Behaviour.valueOf(told.getString("behaviour"));
                for (int i = told.getInteger("from"); i < told.getInteger("to"); i++) {
                    endpoints.get(i).behave(behaviour);
                }
                yield Buffer.buffer();
            }
            case "/receipts" -> {
                write(Path.of(body.toString()));
                yield new JsonObject().put("written", places.size()).toBuffer();
            }
            default -> throw new IllegalArgumentException(path);
        };
    }

    private void write(Path file) {
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            for (int i = 0; i < places.size(); i++) {
                out.writeLong(places.get(i));
                out.writeLong(times.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
