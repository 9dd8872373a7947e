package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.Keytool;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/** Sends over real TLS to receivers with valid and invalid certificates. */
@DisplayName("A TLS receiver")
class CertificatesTest {

    private static final String NAME = "hooks.example.com";

    @TempDir
    static Path directory;

    private static TlsReceiver.Authority trusted;
    private static TlsReceiver.Authority stranger;
    private static Vertx vertx;
    private static HttpSender sender;

    @BeforeAll
    static void start() throws Exception {
        trusted = TlsReceiver.Authority.create(directory.resolve("trusted.p12"));
        stranger = TlsReceiver.Authority.create(directory.resolve("stranger.p12"));
        vertx = Vertx.vertx();
        Resolver loopback = host -> CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()));
        var file = directory.resolve("authorities.pem");
        Keytool.run(trusted.store(), "-exportcert", "-alias", "ca", "-rfc", "-file", file.toString());
        sender = new HttpSender(
                vertx,
                new AddressPolicy(Set.of("127.0.0.0/8")),
                loopback,
                Duration.ofSeconds(10),
                Clock.systemUTC(),
                HttpSender.Options.DEFAULT.trusting(TrustedCertificates.read(file)));
    }

    @AfterAll
    static void stop() throws Exception {
        sender.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("with a trusted certificate for its name gets the request, with that server name")
    void trusted() throws Exception {
        try (var receiver = trusted.issue(NAME, "-validity", "9")) {
            assertThat(send(receiver).succeeded()).isTrue();
            assertThat(receiver.requests()).hasSize(1).first().asString().contains("host: " + NAME);
            assertThat(receiver.askedFor()).isEqualTo(NAME);
        }
    }

    @ParameterizedTest(name = "whose certificate is {0} gets no request, and the log says why")
    @CsvSource({
        "expired, it expired on",
        "not valid yet, it is valid only from",
        "for another name, it is not for hooks.example.com",
        "for a sibling by wildcard, it is not for hooks.example.com",
        "self-signed, it is self-signed",
        "from an unknown authority, its issuer is unknown"
    })
    void notTrusted(String flaw, String told) throws Exception {
        try (var receiver = flawed(flaw)) {
            var outcome = send(receiver);
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(outcome.message()).startsWith("The certificate isn't trusted: " + told);
            assertThat(receiver.requests()).isEmpty();
        }
    }

    private static TlsReceiver flawed(String flaw) throws Exception {
        return switch (flaw) {
            case "expired" -> trusted.issue(NAME, "-startdate", "-9d", "-validity", "5");
            case "not valid yet" -> trusted.issue(NAME, "-startdate", "+3d", "-validity", "5");
            case "for another name" -> trusted.issue("other.example.com", "-validity", "9");
            case "for a sibling by wildcard" -> trusted.issue("*.sub.example.com", "-validity", "9");
            case "self-signed" -> TlsReceiver.selfSigned(directory.resolve("self.p12"), NAME);
            default -> stranger.issue(NAME, "-validity", "9");
        };
    }

    @Test
    @DisplayName("with a slow handshake is not treated as unreachable")
    void timing() throws Exception {
        try (var receiver = trusted.issue(NAME, "-validity", "9")) {
            receiver.handshakesAfter(Duration.ofMillis(300));
            var timing = send(receiver).timing();
            assertThat(timing.tls()).isBetween(Duration.ofMillis(299), timing.connect());
            assertThat(timing.connect().minus(timing.tls())).isLessThan(timing.tls());
        }
    }

    @Test
    @DisplayName("with only broken versions of TLS gets nothing")
    void oldVersions() throws Exception {
        try (var receiver = trusted.issue(NAME, "-validity", "9").speakingOnly("TLSv1.1", "TLSv1")) {
            assertThat(send(receiver).errorCode()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("that does not speak TLS is reported, without its response")
    void notTls() throws Exception {
        try (var receiver = ai.nexadesk.webhooks.testing.Receiver.start()) {
            receiver.answer(ai.nexadesk.webhooks.testing.Answer.raw("220 internal-mail.corp ESMTP build 4711\r\n"));
            var outcome = send("https://" + NAME + ":" + receiver.url("").replaceAll(".*:", "") + "/");
            assertThat(outcome.errorCode()).isIn(ErrorCode.TLS_FAILED, ErrorCode.CONNECTION_RESET);
            assertThat(outcome.message()).doesNotContain("internal").doesNotContain("4711");
        }
    }

    @Test
    @DisplayName("whose handshake ends just after the deadline leaks no connection")
    void lateHandshake() throws Exception {
        var loopback = List.of(InetAddress.getLoopbackAddress());
        // Resolving takes most of the deadline, so that the handshake does not reach its own timeout.
        var resolving = new AtomicLong(1_500);
        Resolver slow = host -> new CompletableFuture<List<InetAddress>>()
                .completeOnTimeout(loopback, resolving.get(), TimeUnit.MILLISECONDS);
        var options = HttpSender.Options.DEFAULT
                .trusting(List.of(trusted.certificate()))
                .withConnectionsPerEndpoint(1);
        try (var receiver = trusted.issue(NAME, "-validity", "9");
                var one = new HttpSender(
                        vertx,
                        new AddressPolicy(Set.of("127.0.0.0/8")),
                        slow,
                        Duration.ofSeconds(2),
                        Clock.systemUTC(),
                        options)) {
            var url = "https://" + NAME + ":" + receiver.port() + "/";
            receiver.handshakesAfter(Duration.ofSeconds(1));
            assertThat(send(one, url).errorCode()).isEqualTo(ErrorCode.TIMEOUT);
            receiver.handshakesAfter(Duration.ZERO);
            resolving.set(0);
            Await.until("a connection", Duration.ofSeconds(20), () -> attempt(one, url), Outcome::succeeded);
        }
    }

    private static Outcome attempt(HttpSender sender, String url) {
        try {
            return send(sender, url);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome send(TlsReceiver receiver) throws Exception {
        return send("https://" + NAME + ":" + receiver.port() + "/");
    }

    private static Outcome send(String url) throws Exception {
        return send(sender, url);
    }

    private static Outcome send(HttpSender sender, String url) throws Exception {
        var endpoint = EndpointUrl.parse(url, new UrlRules(true, Set.of()));
        return sender.send(new OutgoingRequest("wh_1", endpoint, List.of(), "{}".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
