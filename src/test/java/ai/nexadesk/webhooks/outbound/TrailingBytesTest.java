package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Bytes after the end of a response")
class TrailingBytesTest extends WithSender {

    @ParameterizedTest(name = "({0}) close the connection, and every attempt counts by its own response")
    @CsvSource({
        "204 with a body, 204 No Content|Content-Length: 5||hello, 204",
        "204 with chunks, 204 No Content|Transfer-Encoding: chunked||2|OK|0||, 204",
        "304 with a body, 304 Not Modified|Content-Length: 5||hello, 304",
        "a short length, 200 OK|Content-Length: 2||OK and more, 200",
        "a length of 0 with a body, 200 OK|Content-Length: 0||x, 200",
        "an empty line, 200 OK|Content-Length: 2||OK|, 200",
        "a second response, 200 OK|Content-Length: 2||OKHTTP/1.1 500 Stale|Content-Length: 0||, 200",
        "after the last chunk, 200 OK|Transfer-Encoding: chunked||2|OK|0||x, 200",
        "after trailers, 200 OK|Transfer-Encoding: chunked||2|OK|0|Checksum: 1||x, 200"
    })
    void closeTheConnection(String what, String answer, int status) throws Exception {
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 " + answer.replace("|", "\r\n")));
        for (int i = 1; i <= 4; i++) {
            assertThat(send("/"))
                    .isInstanceOfSatisfying(Outcome.Responded.class, answered -> assertThat(answered.status())
                            .isEqualTo(status));
            assertThat(receiver.requests()).hasSize(i).last().satisfies(request -> assertThat(request.connection())
                    .isEqualTo(receiver.requests().size()));
        }
        // This is sooner than an idle connection is closed.
        Await.until("no connection", Duration.ofSeconds(2), receiver::openConnections, open -> open == 0);
    }

    @Test
    @DisplayName("do not affect other webhooks of the same host")
    void nobodyElse() throws Exception {
        receiver.script(Answer.status(200));
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"));
        for (int i = 0; i < 6; i++) {
            var outcome = start(sender, "wh_" + i % 2, receiver.url("/")).get(10, TimeUnit.SECONDS);
            assertThat(outcome.succeeded()).as(outcome.message()).isTrue();
        }
    }

    @Test
    @DisplayName("that arrive late affect at most one request, because connections are then not kept")
    void late() throws Exception {
        var ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
        receiver.answer(Answer.rawKeptAlive(ok));
        receiver.script(Answer.rawKeptAlive(ok), Answer.rawKeptAlive("hello" + ok));
        assertThat(send("/").succeeded()).isTrue();
        assertThat(send("/").errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        for (int i = 0; i < 3; i++) {
            assertThat(send("/").succeeded()).isTrue();
        }
        assertThat(receiver.requests()).extracting(Receiver.Request::connection).containsExactly(1, 1, 2, 3, 4);
    }

    @Test
    @DisplayName("do not include trailers after chunks: the connection is kept")
    void trailers() throws Exception {
        receiver.answer(Answer.rawKeptAlive(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\nChecksum: 1\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            assertThat(send("/").succeeded()).isTrue();
        }
        assertThat(receiver.requests()).extracting(Receiver.Request::connection).containsOnly(1);
    }
}
