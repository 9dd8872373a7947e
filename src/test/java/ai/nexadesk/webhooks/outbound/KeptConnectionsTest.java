package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A kept connection")
class KeptConnectionsTest extends WithSender {

    @Test
    @DisplayName("to a receiver that sends an interim and a stale response does not affect later requests")
    void noPoisoning() throws Exception {
        receiver.script(Answer.rawKeptAlive(
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 STALE\r\nContent-Length: 5\r\n\r\nSTALE"));
        send("/first");
        assertFresh();
    }

    @Test
    @DisplayName("to a receiver that sends two responses to one request does not affect later requests")
    void noDoubledAnswer() throws Exception {
        receiver.script(Answer.rawKeptAlive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
                + "HTTP/1.1 200 STALE\r\nContent-Length: 5\r\n\r\nSTALE"));
        send("/first");
        assertFresh();
    }

    @Test
    @DisplayName("to a receiver that sends standard interim responses does not affect later requests")
    void interimResponses() throws Exception {
        receiver.script(
                Answer.rawKeptAlive("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"),
                Answer.rawKeptAlive("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"));
        assertFresh();
    }

    @Test
    @DisplayName("is closed after an unexpected response")
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
    @DisplayName("is closed after some idle seconds")
    void idle() throws Exception {
        assertThat(send("/").succeeded()).isTrue();
        awaitNoConnection();
    }

    private void awaitNoConnection() {
        Await.until("no connection", Duration.ofSeconds(20), receiver::openConnections, open -> open == 0);
    }

    /**
     * The connection may break during a later request, which is then retried. No request may get the response to
     * another one.
     */
    private void assertFresh() throws Exception {
        Outcome last = send("/later");
        for (int i = 0; i < 5; i++) {
            if (last instanceof Outcome.Responded answered) {
                assertThat(new String(answered.body(), StandardCharsets.UTF_8)).isEqualTo("OK");
            }
            last = send("/later");
        }
        assertThat(last.succeeded()).isTrue();
    }

    @Test
    @DisplayName("can be opened again after every fault, and many requests share few connections")
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
    @DisplayName("serves one request after another")
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
}
