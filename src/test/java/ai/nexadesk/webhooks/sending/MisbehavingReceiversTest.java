package ai.nexadesk.webhooks.sending;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A receiver")
class MisbehavingReceiversTest {

    private static final Duration TIMEOUT = Duration.ofMillis(600);
    private static final Duration SLACK = Duration.ofSeconds(3);
    private static final AddressPolicy LOOPBACK = new AddressPolicy(Set.of("127.0.0.0/8"));

    private Vertx vertx;
    private HttpSender sender;
    private Receiver receiver;

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

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("hangs", Answer.hang(Duration.ofSeconds(5)), ErrorCode.TIMEOUT),
                Arguments.of("resets the connection", Answer.reset(), ErrorCode.CONNECTION_RESET),
                Arguments.of("closes without an answer", Answer.close(), ErrorCode.CONNECTION_RESET),
                Arguments.of("sends half a status line", Answer.raw("HTTP/1.1 20"), ErrorCode.CONNECTION_RESET),
                Arguments.of("speaks no HTTP", Answer.raw("SSH-2.0-OpenSSH_9.9\r\n"), ErrorCode.PROTOCOL_ERROR),
                Arguments.of(
                        "sends an unexpected interim answer",
                        Answer.rawKeptAlive(
                                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 STALE\r\nContent-Length: 0\r\n\r\n"),
                        ErrorCode.PROTOCOL_ERROR),
                Arguments.of(
                        "redirects", Answer.status(307).header("Location", "http://127.0.0.1:1/"), ErrorCode.REDIRECT),
                Arguments.of("answers 404", Answer.status(404), ErrorCode.HTTP_STATUS),
                Arguments.of("answers 500", Answer.status(500), ErrorCode.HTTP_STATUS));
    }

    @ParameterizedTest(name = "that {0} fails the attempt with {2}, within the deadline")
    @MethodSource("faults")
    void fails(String what, Answer answer, ErrorCode expected) throws Exception {
        receiver.answer(answer);
        long before = System.nanoTime();
        var outcome = send("/");
        assertThat(outcome.errorCode()).isEqualTo(expected);
        assertThat(outcome.succeeded()).isFalse();
        assertThat(outcome.message()).isNotBlank().doesNotContain("Exception").endsWith(".");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(TIMEOUT.plus(SLACK));
    }

    @Test
    @DisplayName("that drips its body is cut at the deadline, and counts as answered")
    void drips() throws Exception {
        receiver.answer(Answer.drip(Duration.ofSeconds(5)));
        var outcome = send("/");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Answered.class, answered -> {
            assertThat(answered.succeeded()).isTrue();
            assertThat(answered.truncated()).isTrue();
            assertThat(answered.duration()).isBetween(TIMEOUT.minusMillis(50), TIMEOUT.plus(SLACK));
        });
    }

    @Test
    @DisplayName("that floods is cut at 64 KiB, marked truncated")
    void floods() throws Exception {
        receiver.answer(Answer.flood(1L << 30));
        assertThat(send("/")).isInstanceOfSatisfying(Outcome.Answered.class, answered -> {
            assertThat(answered.body()).hasSize(64 * 1024);
            assertThat(answered.truncated()).isTrue();
            assertThat(answered.duration()).isLessThan(TIMEOUT.plus(SLACK));
        });
    }

    @Test
    @DisplayName("that sends more than 16 KiB of headers has them cut, or is refused, but is never kept whole")
    void hugeHeaders() throws Exception {
        var answer = Answer.status(200);
        for (int i = 0; i < 40; i++) {
            answer = answer.header("X-" + i, "v".repeat(1000));
        }
        receiver.answer(answer);
        assertThat(send("/")).isInstanceOfSatisfying(Outcome.Answered.class, answered -> {
            int size = answered.headers().stream()
                    .mapToInt(header -> header.name().length() + header.value().length())
                    .sum();
            assertThat(size).isLessThanOrEqualTo(16 * 1024);
            assertThat(answered.truncated()).isTrue();
        });
    }

    @Test
    @DisplayName("that sends an interim answer and a stale one poisons no later request")
    void noPoisoning() throws Exception {
        receiver.script(Answer.rawKeptAlive(
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 STALE\r\nContent-Length: 5\r\n\r\nSTALE"));
        send("/first");
        assertFresh();
    }

    @Test
    @DisplayName("that sends two answers to one request poisons no later request")
    void noDoubledAnswer() throws Exception {
        receiver.script(Answer.rawKeptAlive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
                + "HTTP/1.1 200 STALE\r\nContent-Length: 5\r\n\r\nSTALE"));
        send("/first");
        assertFresh();
    }

    @Test
    @DisplayName("that sends the interim answers that HTTP knows poisons no later request either")
    void interimAnswers() throws Exception {
        receiver.script(
                Answer.rawKeptAlive("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"),
                Answer.rawKeptAlive("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"));
        assertFresh();
    }

    @Test
    @DisplayName("that sends an answer that nobody asked for loses its connection")
    void answersUnasked() throws Exception {
        var idle = new CountDownLatch(1);
        receiver.script(socket -> {
            Answer.status(200).give(socket);
            idle.await();
            return Answer.rawKeptAlive("HTTP/1.1 200 STALE\r\nContent-Length: 5\r\n\r\nSTALE")
                    .give(socket);
        });
        assertThat(send("/").succeeded()).isTrue();
        idle.countDown();
        awaitNoConnection();
        assertFresh();
    }

    @Test
    @DisplayName("that nothing is sent to keeps no connection of ours for longer than some seconds")
    void idle() throws Exception {
        assertThat(send("/").succeeded()).isTrue();
        awaitNoConnection();
    }

    private void awaitNoConnection() {
        Await.until("no connection", Duration.ofSeconds(20), receiver::openConnections, open -> open == 0);
    }

    /** The connection may break under a later request, which is then retried; but no request gets another one's answer. */
    private void assertFresh() throws Exception {
        Outcome last = send("/later");
        for (int i = 0; i < 5; i++) {
            if (last instanceof Outcome.Answered answered) {
                assertThat(new String(answered.body(), StandardCharsets.UTF_8)).isEqualTo("OK");
            }
            last = send("/later");
        }
        assertThat(last.succeeded()).isTrue();
    }

    @Test
    @DisplayName("that is not there is told apart from one that does not answer")
    void refused() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        var outcome = send(sender, "http://127.0.0.1:" + free + "/");
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
    }

    @Test
    @DisplayName("gets many requests over few connections, which come back after every fault")
    void connectionsComeBack() throws Exception {
        var few = sender(
                LOOPBACK, new DnsResolver(vertx, List.of()), HttpSender.Options.DEFAULT.withConnectionsPerEndpoint(4));
        try (few) {
            for (int round = 0; round < 60; round++) {
                receiver.script(
                        switch (round % 4) {
                            case 0 -> Answer.reset();
                            case 1 -> Answer.raw("garbage\r\n\r\n");
                            case 2 -> Answer.close();
                            default -> Answer.flood(200_000);
                        });
                send(few, receiver.url("/fault"));
            }
            receiver.answer(Answer.hang(Duration.ofSeconds(2)));
            var hanging = new ArrayList<CompletableFuture<Outcome>>();
            for (int i = 0; i < 8; i++) {
                hanging.add(start(few, receiver.url("/hang")));
            }
            for (var attempt : hanging) {
                assertThat(attempt.get(10, TimeUnit.SECONDS).errorCode()).isEqualTo(ErrorCode.TIMEOUT);
            }
            receiver.answer(Answer.status(200));
            for (int i = 0; i < 20; i++) {
                var outcome = send(few, receiver.url("/fine"));
                assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("keeps its connection from one request to the next, which then takes no time to connect")
    void keepAlive() throws Exception {
        for (int i = 0; i < 5; i++) {
            var outcome = send("/");
            assertThat(outcome.succeeded()).isTrue();
            assertThat(outcome.timing().connect() != null)
                    .as(outcome.timing().toString())
                    .isEqualTo(i == 0);
            assertThat(outcome.timing().tls()).isNull();
            assertThat(outcome.timing().firstByte()).isNotNull();
        }
        assertThat(receiver.requests().stream()
                        .map(Receiver.Request::connection)
                        .distinct())
                .hasSize(1);
    }

    @Test
    @DisplayName("at a private address gets no connection, and the error says no more than that")
    void privateAddress() throws Exception {
        try (var strict =
                sender(new AddressPolicy(Set.of()), new DnsResolver(vertx, List.of()), HttpSender.Options.DEFAULT)) {
            var outcome = send(strict, receiver.url("/"));
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
            assertThat(outcome.message()).doesNotContain("127.0.0.1");
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("whose name has one blocked address among public ones gets no connection")
    void mixedAnswer() throws Exception {
        Resolver mixed = host -> CompletableFuture.completedStage(List.of(address("127.0.0.1"), address("10.0.0.1")));
        try (var pinned = sender(LOOPBACK, mixed, HttpSender.Options.DEFAULT)) {
            var outcome = send(pinned, "http://hooks.example.com:" + port() + "/");
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("whose name is bound to another address between two attempts is checked again")
    void rebinding() throws Exception {
        var answers = new ArrayList<>(List.of("127.0.0.1", "10.0.0.1"));
        Resolver rebinding = host -> CompletableFuture.completedStage(List.of(address(answers.remove(0))));
        try (var pinned = sender(LOOPBACK, rebinding, HttpSender.Options.DEFAULT)) {
            var url = "http://hooks.example.com:" + port() + "/";
            assertThat(send(pinned, url).succeeded()).isTrue();
            assertThat(receiver.requests().get(0).header("host")).isEqualTo("hooks.example.com:" + port());
            assertThat(send(pinned, url).errorCode()).isEqualTo(ErrorCode.ADDRESS_BLOCKED);
        }
    }

    @Test
    @DisplayName("whose name does not exist is told apart")
    void unknownName() throws Exception {
        Resolver nobody = host -> CompletableFuture.failedStage(new java.net.UnknownHostException(host));
        try (var lost = sender(LOOPBACK, nobody, HttpSender.Options.DEFAULT)) {
            var outcome = send(lost, "http://hooks.example.com/");
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.DNS_FAILED);
            assertThat(outcome.message()).contains("hooks.example.com");
        }
    }

    private int port() {
        return java.net.URI.create(receiver.url("/")).getPort();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private HttpSender sender(AddressPolicy policy, Resolver resolver, HttpSender.Options options) {
        return new HttpSender(vertx, policy, resolver, TIMEOUT, Clock.systemUTC(), options);
    }

    private Outcome send(String path) throws Exception {
        return send(sender, receiver.url(path));
    }

    private static Outcome send(HttpSender sender, String url) throws Exception {
        return start(sender, url).get(10, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Outcome> start(HttpSender sender, String url) throws InvalidUrlException {
        var endpoint = EndpointUrl.parse(url, new UrlRules(true, Set.of()));
        var headers = List.of(new Header("Content-Type", "application/json"));
        return sender.send(new OutgoingRequest(endpoint, headers, "{}".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture();
    }
}
