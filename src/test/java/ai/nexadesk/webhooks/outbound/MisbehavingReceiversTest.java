package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.testing.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A receiver")
class MisbehavingReceiversTest extends WithSender {

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("hangs", Answer.hang(Duration.ofSeconds(5)), ErrorCode.TIMEOUT),
                Arguments.of("resets the connection", Answer.reset(), ErrorCode.CONNECTION_RESET),
                Arguments.of("closes the connection without a response", Answer.close(), ErrorCode.CONNECTION_RESET),
                Arguments.of("sends half a status line", Answer.raw("HTTP/1.1 20"), ErrorCode.CONNECTION_RESET),
                Arguments.of("does not speak HTTP", Answer.raw("SSH-2.0-OpenSSH_9.9\r\n"), ErrorCode.PROTOCOL_ERROR),
                Arguments.of(
                        "redirects", Answer.status(307).header("Location", "http://127.0.0.1:1/"), ErrorCode.REDIRECT),
                Arguments.of("responds with 404", Answer.status(404), ErrorCode.HTTP_STATUS),
                Arguments.of("responds with 500", Answer.status(500), ErrorCode.HTTP_STATUS));
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
    @DisplayName("that drips its body is cut off at the deadline, and its status counts")
    void drips() throws Exception {
        receiver.answer(Answer.drip(Duration.ofSeconds(5)));
        var outcome = send("/");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Responded.class, answered -> {
            assertThat(answered.succeeded()).isTrue();
            assertThat(answered.truncated()).isTrue();
            assertThat(answered.duration()).isBetween(TIMEOUT.minusMillis(50), TIMEOUT.plus(SLACK));
        });
    }

    static Stream<Arguments> floodsOfBytes() {
        return Stream.of(
                Arguments.of("1 GiB", Answer.flood(1L << 30)),
                Arguments.of("endless chunks", Answer.endlessChunks(Duration.ofSeconds(5))));
    }

    @ParameterizedTest(name = "that sends {0} has its response truncated at 64 KiB and marked")
    @MethodSource("floodsOfBytes")
    void floods(String what, Answer flood) throws Exception {
        receiver.answer(flood);
        assertThat(send("/")).isInstanceOfSatisfying(Outcome.Responded.class, answered -> {
            assertThat(answered.body()).hasSize(64 * 1024);
            assertThat(answered.truncated()).isTrue();
            assertThat(answered.duration()).isLessThan(TIMEOUT.plus(SLACK));
        });
    }

    static Stream<Answer> answersInHttp10() {
        return Stream.of(
                Answer.raw("HTTP/1.0 200 OK\r\n\r\nOK"),
                Answer.raw("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK"),
                Answer.rawKeptAlive("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nOK"));
    }

    @ParameterizedTest
    @DisplayName("that speaks HTTP/1.0 is supported")
    @MethodSource("answersInHttp10")
    void http10(Answer answer) throws Exception {
        receiver.answer(answer);
        for (int i = 0; i < 3; i++) {
            assertThat(send("/")).isInstanceOfSatisfying(Outcome.Responded.class, answered -> {
                assertThat(answered.succeeded()).isTrue();
                assertThat(new String(answered.body(), StandardCharsets.UTF_8)).isEqualTo("OK");
            });
        }
        assertThat(receiver.requests()).hasSize(3);
    }

    @Test
    @DisplayName("that sets cookies and compresses gets no cookie back, and nothing is decompressed")
    void noCookiesNoUnpacking() throws Exception {
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: 4\r\n\r\n\u001f\u008bxy"));
        for (int i = 0; i < 2; i++) {
            assertThat(send("/"))
                    .isInstanceOfSatisfying(Outcome.Responded.class, answered -> assertThat(answered.body())
                            .isEqualTo(new byte[] {0x1f, (byte) 0x8b, 'x', 'y'}));
        }
        assertThat(receiver.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.headers("cookie")).isEmpty();
            assertThat(request.headers("accept-encoding")).isEmpty();
        });
    }

    @Test
    @DisplayName("that responds before reading the body, and closes, ends the attempt immediately with its response")
    void answersEarly() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var early = CompletableFuture.runAsync(() -> answerEarly(server));
            var endpoint =
                    EndpointUrl.parse("http://127.0.0.1:" + server.getLocalPort() + "/", new UrlRules(true, Set.of()));
            var outcome = sender.send(new OutgoingRequest("wh_1", endpoint, List.of(), new byte[8 << 20]))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.errorCode()).isIn(ErrorCode.HTTP_STATUS, ErrorCode.CONNECTION_RESET);
            early.get(10, TimeUnit.SECONDS);
        }
        assertThat(send("/").succeeded()).isTrue();
    }

    private static void answerEarly(ServerSocket server) {
        try (var socket = server.accept()) {
            socket.getInputStream().read(new byte[100]);
            socket.getOutputStream()
                    .write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("that sends more than 16 KiB of headers has them truncated or rejected")
    void hugeHeaders() throws Exception {
        var answer = Answer.status(200);
        for (int i = 0; i < 40; i++) {
            answer = answer.header("X-" + i, "v".repeat(1000));
        }
        receiver.answer(answer);
        assertThat(send("/")).isInstanceOfSatisfying(Outcome.Responded.class, answered -> {
            int size = answered.headers().stream()
                    .mapToInt(header -> header.name().length() + header.value().length())
                    .sum();
            assertThat(size).isLessThanOrEqualTo(16 * 1024);
            assertThat(answered.truncated()).isTrue();
        });
    }

    @Test
    @DisplayName("that is unreachable is distinguished from one that does not respond")
    void refused() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        var outcome = send(sender, "http://127.0.0.1:" + free + "/");
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
    }

    @Test
    @DisplayName("at a private address gets no connection, and the error reveals nothing more")
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
    @DisplayName("whose name resolves to another address between two attempts is checked again")
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
    @DisplayName("whose name does not exist is distinguished")
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
}
