package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.connection.EndpointMemory;
import ai.nexadesk.webhooks.outbound.connection.ResponseCodec;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.TrustOptions;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sends signed requests over HTTP/1.1 and reports their outcomes. One absolute deadline covers DNS, connecting, TLS,
 * headers and body. The host is resolved for every request, all its addresses are checked, and the connection goes to
 * one of the checked addresses, which are tried in order. The {@code Host} header, server name indication and
 * certificate check use the name. There are no redirects, cookies, proxies or decompression.
 *
 * <p>Requests to one host and port share an event loop, and those of one webhook share its kept connections. The pool
 * reuses connections but does not queue requests: callers limit their requests in flight per endpoint.
 */
public final class HttpSender implements AutoCloseable {
    /** After this many seconds the pool closes an idle connection, unless the server specifies another time. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Options for sending.
     *
     * @param connectionsPerEndpoint maximum open connections to one address; must exceed the callers' requests in
     *     flight
     * @param eventLoops the number of threads
     * @param alsoTrusted certificates to trust in addition to the JDK's
     */
    public record Options(int connectionsPerEndpoint, int eventLoops, Collection<X509Certificate> alsoTrusted) {
        /** The default: 1,024 connections per address, an event loop per processor, and the JDK's authorities. */
        public static final Options DEFAULT =
                new Options(1024, Runtime.getRuntime().availableProcessors(), List.of());

        /** These options, also trusting these certificates. */
        public Options trusting(Collection<X509Certificate> certificates) {
            return new Options(connectionsPerEndpoint, eventLoops, List.copyOf(certificates));
        }

        /** These options, with at most this many connections per address. */
        public Options withConnectionsPerEndpoint(int connections) {
            return new Options(connections, eventLoops, alsoTrusted);
        }
    }

    private final List<EventLoopClient> loops;
    private volatile boolean closed;

    /**
     * Creates a sender on this Vert.x instance, which the caller must close after the sender.
     *
     * @param timeout from the call to the last byte of the response
     */
    public HttpSender(Vertx vertx, AddressPolicy policy, Resolver resolver, Duration timeout, InstantSource clock) {
        this(vertx, policy, resolver, timeout, clock, Options.DEFAULT);
    }

    /** Creates a sender with these options. */
    public HttpSender(
            Vertx vertx,
            AddressPolicy policy,
            Resolver resolver,
            Duration timeout,
            InstantSource clock,
            Options options) {
        ConnectTimes.enable();
        Destinations destinations = new Destinations(resolver, policy);
        HttpClientOptions http = httpOptions(timeout, options);
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(options.connectionsPerEndpoint())
                .setEventLoopSize(0);
        this.loops = Stream.generate(() -> new EventLoopClient(
                        ((VertxInternal) vertx).createEventLoopContext(),
                        client(vertx, http, pool),
                        new EndpointMemory(clock),
                        destinations,
                        timeout,
                        clock,
                        () -> closed))
                .limit(options.eventLoops())
                .toList();
    }

    private static HttpClient client(Vertx vertx, HttpClientOptions http, PoolOptions pool) {
        return vertx.httpClientBuilder()
                .with(http)
                .with(pool)
                .withConnectHandler(connection -> ResponseCodec.install(connection, MAX_HEADER_BYTES))
                .build();
    }

    private static HttpClientOptions httpOptions(Duration timeout, Options options) {
        int timeoutMillis = Math.toIntExact(timeout.toMillis());
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout(timeoutMillis)
                .setSslHandshakeTimeout(timeoutMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setVerifyHost(true)
                .setTrustOptions(TrustOptions.wrap(new ServerTrust(options.alsoTrusted())));
    }

    /**
     * Makes one attempt. Never throws, never completes exceptionally, and completes by the deadline. Completes on an
     * event loop, so dependents must not block.
     */
    public CompletionStage<Outcome> send(OutgoingRequest request) {
        EventLoopClient loop = loops.get(Math.floorMod(request.url().authority().hashCode(), loops.size()));
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        Exchange exchange = new Exchange(loop, request, result);
        loop.context().runOnContext(start -> exchange.start());
        return result;
    }

    /** Closes all connections. Attempts in flight end as {@link ErrorCode#INTERRUPTED}. */
    @Override
    public void close() {
        closed = true;
        loops.forEach(loop -> loop.client().close());
    }
}
