package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Receiver;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Uses a real resolver that queries an attacker's name server. Only 127.0.0.1 is allowed, as if it were public. */
@DisplayName("A name with a hostile name server")
class HostileDnsTest {

    private static final String NAME = "hooks.example.com";

    private Vertx vertx;
    private FakeDns dns;
    private DnsResolver resolver;
    private HttpSender sender;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        dns = FakeDns.start();
        resolver = new DnsResolver(vertx, List.of(dns.server()));
        sender = new HttpSender(
                vertx,
                new AddressPolicy(Set.of("127.0.0.1/32")),
                resolver,
                Duration.ofSeconds(5),
                Clock.systemUTC(),
                HttpSender.Options.DEFAULT);
    }

    @AfterEach
    void stop() throws Exception {
        sender.close();
        resolver.close();
        dns.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("that resolves to an allowed address is connected to, with the name in the request")
    void allowed() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1"));
        assertThat(send().succeeded()).isTrue();
        assertThat(receiver.requests().get(0).header("host")).isEqualTo(NAME + ":" + port());
        assertThat(dns.questions()).as("queries for A and AAAA").contains(NAME + " 1", NAME + " 28");
    }

    @ParameterizedTest(name = "is rejected if it resolves to {0}")
    @ValueSource(
            strings = {
                "10.0.0.1",
                "127.0.0.2",
                "169.254.169.254",
                "0.0.0.0",
                "100.64.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:1::",
                "2001:db8::1",
                "fe80::1",
                "fd00:ec2::254",
                "ff02::1"
            })
    void notPublic(String address) throws Exception {
        dns.answer(NAME, List.of(address));
        assertBlocked(send());
    }

    @ParameterizedTest(name = "is rejected if it resolves to {0} and to an allowed address")
    @ValueSource(strings = {"10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"})
    void mixed(String address) throws Exception {
        dns.answer(NAME, List.of("127.0.0.1", address));
        assertBlocked(send());
    }

    @Test
    @DisplayName("is rejected if it hides a private address at the end of many")
    void many() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "192.168.0.1"));
        assertBlocked(send());
    }

    @Test
    @DisplayName("is resolved again at every attempt, so that rebinding has no effect")
    void rebinding() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1"), List.of("10.0.0.1"), List.of("127.0.0.1"));
        assertThat(send().succeeded()).isTrue();
        assertThat(send().errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
        assertThat(send().succeeded()).isTrue();
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("is checked at the end of its chain of aliases")
    void aliases() throws Exception {
        dns.answer(NAME, List.of("=one.example.net"))
                .answer("one.example.net", List.of("=two.example.org"))
                .answer("two.example.org", List.of("169.254.169.254"));
        assertBlocked(send());
    }

    @Test
    @DisplayName("may be an alias of an allowed name")
    void goodAlias() throws Exception {
        dns.answer(NAME, List.of("=one.example.net")).answer("one.example.net", List.of("127.0.0.1"));
        assertThat(send().succeeded()).isTrue();
    }

    @Test
    @DisplayName("that is an alias of itself fails in time")
    void loop() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1")).answer("loop.example.com", List.of());
        assertThat(send("http://loop.example.com:" + port() + "/").errorCode()).isEqualTo(ErrorCode.DNS_FAILED);
    }

    @Test
    @DisplayName("is looked up once more if the packets of the first queries are lost")
    void lost() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1")).lose(2);
        assertThat(send().succeeded()).isTrue();
        assertThat(dns.questions()).contains(NAME + " 1", NAME + " 28").hasSizeGreaterThan(2);
    }

    @Test
    @DisplayName("that redirects to a private address is not followed")
    void redirect() throws Exception {
        dns.answer(NAME, List.of("127.0.0.1"));
        for (int status : List.of(301, 302, 303, 307, 308)) {
            receiver.clear();
            receiver.script(Answer.status(status).header("Location", receiver.url("/internal")));
            var outcome = send();
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.REDIRECT);
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    @DisplayName("is never looked up below our own domains, and localhost is not looked up")
    void noSearch() throws Exception {
        send("http://localhost:" + port() + "/");
        send("http://nosuch.example.com:" + port() + "/");
        assertThat(dns.questions()).isNotEmpty().allMatch(question -> question.startsWith("nosuch.example.com "));
    }

    private void assertBlocked(Outcome outcome) {
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
        assertThat(outcome.message()).isEqualTo("This address is private; use a public host.");
        assertThat(receiver.requests()).isEmpty();
    }

    private int port() {
        return URI.create(receiver.url("/")).getPort();
    }

    private Outcome send() throws Exception {
        return send("http://" + NAME + ":" + port() + "/");
    }

    private Outcome send(String url) throws Exception {
        var endpoint = EndpointUrl.parse(url, new UrlRules(true, Set.of()));
        return sender.send(new OutgoingRequest("wh_1", endpoint, List.of(), "{}".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }
}
