package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.testing.Await;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Receives OTLP spans (protobuf over HTTP) and keeps them. */
public final class TraceCollector implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private TraceCollector(HttpServer server) {
        this.server = server;
    }

    /** Starts a collector on this port of the loopback address. */
    public static TraceCollector start(int port) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 10);
        var collector = new TraceCollector(server);
        server.createContext("/v1/traces", collector::take);
        server.start();
        return collector;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isProtobuf =
                    "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            if (isProtobuf) {
                requests.add(exchange.getRequestBody().readAllBytes());
            }
            exchange.sendResponseHeaders(isProtobuf ? 200 : 415, -1);
        }
    }

    /** All received spans of this trace. */
    public List<Span> spans(String traceId) {
        return requests.stream()
                .flatMap(request -> read(request).getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .filter(span -> hex(span.getTraceId()).equals(traceId))
                .toList();
    }

    /** Waits for this many spans of this trace. */
    public List<Span> await(String traceId, int count) {
        return Await.until(count + " spans", PATIENCE, () -> spans(traceId), spans -> spans.size() >= count);
    }

    /** Waits until everything received, as text, meets a condition. Strings in protobuf are UTF-8. */
    public String await(Predicate<String> wanted) {
        return Await.until("spans", PATIENCE, this::text, wanted);
    }

    private String text() {
        return requests.stream()
                .map(request -> new String(request, StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    private static ExportTraceServiceRequest read(byte[] request) {
        try {
            return ExportTraceServiceRequest.parseFrom(request);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The ID of a trace or span in hexadecimal. */
    public static String hex(com.google.protobuf.ByteString id) {
        return java.util.HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
