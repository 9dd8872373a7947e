package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A receiver that closes kept connections")
class ClosingReceiversTest extends WithSender {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";

    @ParameterizedTest(name = "{0} ms after its response, without announcing it, causes no failed attempt")
    @ValueSource(ints = {0, 2, 20, 100})
    void afterEachAnswer(int millis) throws Exception {
        receiver.answer(socket -> {
            Answer.rawKeptAlive(OK).give(socket);
            Thread.sleep(millis);
            return false;
        });
        sendMany(60, 8);
    }

    @ParameterizedTest(name = "after every {0} responses causes no failed attempt")
    @ValueSource(ints = {2, 3, 7})
    void afterSomeAnswers(int answers) throws Exception {
        var answered = new AtomicInteger();
        receiver.answer(socket -> {
            Answer.rawKeptAlive(OK).give(socket);
            return answered.incrementAndGet() % answers != 0;
        });
        sendMany(60, 8);
    }

    @Test
    @DisplayName("one after another causes no failed attempt")
    void sequential() throws Exception {
        receiver.answer(Answer.raw(OK));
        sendMany(40, 1);
    }

    @ParameterizedTest(name = "when it has the next request, by a reset ({0}), gets it again on a new connection")
    @ValueSource(booleans = {true, false})
    void duringRequest(boolean reset) throws Exception {
        receiver.script(Answer.status(200), reset ? Answer.reset() : Answer.close());
        assertThat(send("/first").succeeded()).isTrue();
        var second = send("/second");
        assertThat(second.succeeded()).as(second.message()).isTrue();
        assertThat(second.timing().connect()).isNotNull();
        assertThat(receiver.requests())
                .extracting(Receiver.Request::target)
                .containsExactly("/first", "/second", "/second");
        assertThat(connections()).containsExactly(1, 1, 2);
        assertThat(receiver.requests().get(2).header("connection")).isEqualTo("close");
    }

    @Test
    @DisplayName("gets no kept connections for some minutes, and then does again")
    void forAWhile() throws Exception {
        receiver.script(Answer.status(200), Answer.close());
        send("/");
        send("/");
        send("/");
        send("/");
        assertThat(connections()).containsExactly(1, 1, 2, 3, 4);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(5)));
        send("/");
        send("/");
        assertThat(connections()).containsExactly(1, 1, 2, 3, 4, 5, 5);
        assertThat(receiver.requests().get(6).headers("connection")).isEmpty();
    }

    @ParameterizedTest(name = "after the bytes \"{0}\" gets no second request")
    @ValueSource(strings = {"H", "HTTP/1.1 20", "HTTP/1.1 102 Processing\r\n\r\n"})
    void afterSomeBytes(String bytes) throws Exception {
        receiver.script(Answer.status(200), Answer.raw(bytes));
        send("/");
        assertThat(send("/").errorCode()).isEqualTo(ErrorCode.CONNECTION_RESET);
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("gets no second request if the connection was new")
    void newConnection() throws Exception {
        receiver.script(Answer.close());
        assertThat(send("/").errorCode()).isEqualTo(ErrorCode.CONNECTION_RESET);
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    @DisplayName("gets only one second request")
    void onceOnly() throws Exception {
        receiver.script(Answer.status(200), Answer.close(), Answer.close());
        send("/");
        assertThat(send("/").errorCode()).isEqualTo(ErrorCode.CONNECTION_RESET);
        assertThat(receiver.requests()).hasSize(3);
    }

    @Test
    @DisplayName("and then hangs has only the rest of the same deadline")
    void sameDeadline() throws Exception {
        var limit = Duration.ofSeconds(2);
        receiver.script(
                Answer.status(200),
                socket -> {
                    Thread.sleep(limit.toMillis() / 2);
                    return false;
                },
                Answer.hang(limit.multipliedBy(3)));
        var resolver = new DnsResolver(vertx, List.of());
        try (resolver;
                var patient = new HttpSender(vertx, LOOPBACK, resolver, limit, now::get)) {
            assertThat(send(patient, receiver.url("/")).succeeded()).isTrue();
            var outcome = send(patient, receiver.url("/"));
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(outcome.duration()).isLessThan(limit.plusMillis(900));
        }
    }

    @ParameterizedTest(name = "and announces it with {0} gets the next request on a new connection")
    @ValueSource(
            strings = {
                "Connection: close",
                "Connection: CLOSE",
                "connection: foo, Close",
                "Connection: foo\r\nConnection: close",
                "Keep-Alive: timeout=0",
                "Keep-Alive: max=5, Timeout=1"
            })
    void saysSo(String header) throws Exception {
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + header + "\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            assertThat(send("/").succeeded()).isTrue();
        }
        assertThat(connections()).containsExactly(1, 2, 3);
    }

    @Test
    @DisplayName("does not share them between webhooks")
    void perWebhook() throws Exception {
        for (var webhook : List.of("wh_1", "wh_2", "wh_1", "wh_2")) {
            assertThat(start(sender, webhook, receiver.url("/"))
                            .get(10, TimeUnit.SECONDS)
                            .succeeded())
                    .isTrue();
        }
        assertThat(connections()).containsExactly(1, 2, 1, 2);
    }

    @Test
    @DisplayName("over TLS, without a close notification, causes no failed attempt")
    void overTls(@TempDir Path directory) throws Exception {
        var authority = TlsReceiver.Authority.create(directory.resolve("ca.p12"));
        try (var tls = authority.issueForAddress("127.0.0.1").closingSilently();
                var resolver = new DnsResolver(vertx, List.of());
                var patient = new HttpSender(
                        vertx,
                        LOOPBACK,
                        resolver,
                        Duration.ofSeconds(10),
                        now::get,
                        HttpSender.Options.DEFAULT.trusting(List.of(authority.certificate())))) {
            for (int i = 0; i < 8; i++) {
                var outcome = send(patient, "https://127.0.0.1:" + tls.port() + "/");
                assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
            }
        }
    }

    private List<Integer> connections() {
        return receiver.requests().stream().map(Receiver.Request::connection).toList();
    }

    /** Sends requests that must succeed, this many at a time. */
    private void sendMany(int count, int atOnce) throws Exception {
        var resolver = new DnsResolver(vertx, List.of());
        try (resolver;
                var patient = new HttpSender(vertx, LOOPBACK, resolver, Duration.ofSeconds(10), now::get)) {
            for (int sent = 0; sent < count; sent += atOnce) {
                var batch = new ArrayList<CompletableFuture<Outcome>>();
                for (int i = 0; i < atOnce; i++) {
                    batch.add(start(patient, receiver.url("/")));
                }
                for (var attempt : batch) {
                    var outcome = attempt.get(20, TimeUnit.SECONDS);
                    assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
                }
            }
        }
    }
}
