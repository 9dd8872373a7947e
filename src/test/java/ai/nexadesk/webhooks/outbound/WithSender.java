package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.testing.Receiver;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A sender that may connect to receivers on this machine, and such a receiver. */
abstract class WithSender {

    static final Duration TIMEOUT = Duration.ofMillis(600);
    static final Duration SLACK = Duration.ofSeconds(3);
    static final AddressPolicy LOOPBACK = new AddressPolicy(Set.of("127.0.0.0/8"));

    static {
        // Call this before the first socket is created, as the application does. Here, the resolver creates it.
        ConnectTimes.enable();
    }

    /** The clock of the sender. It stands still until a test moves it. */
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-20T14:00:00Z"));

    Vertx vertx;
    HttpSender sender;
    Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        sender = sender(LOOPBACK, new DnsResolver(vertx, List.of()), HttpSender.Options.DEFAULT);
        receiver = Receiver.start();
    }

    @AfterEach
    void stop() throws Exception {
        sender.close();
        receiver.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    HttpSender sender(AddressPolicy policy, Resolver resolver, HttpSender.Options options) {
        return new HttpSender(vertx, policy, resolver, TIMEOUT, now::get, options);
    }

    Outcome send(String path) throws Exception {
        return send(sender, receiver.url(path));
    }

    static Outcome send(HttpSender sender, String url) throws Exception {
        return start(sender, url).get(10, TimeUnit.SECONDS);
    }

    static CompletableFuture<Outcome> start(HttpSender sender, String url) throws InvalidUrlException {
        return start(sender, "wh_1", url);
    }

    static CompletableFuture<Outcome> start(HttpSender sender, String owner, String url) throws InvalidUrlException {
        var endpoint = EndpointUrl.parse(url, new UrlRules(true, Set.of()));
        var headers = List.of(new Header("Content-Type", "application/json"));
        return sender.send(new OutgoingRequest(owner, endpoint, headers, "{}".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture();
    }
}
