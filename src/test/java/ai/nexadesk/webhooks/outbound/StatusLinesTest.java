package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A receiver")
class StatusLinesTest extends WithSender {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";

    @ParameterizedTest(name = "may send {0} before its response")
    @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints", "199 Whatever", "150"})
    void interimResponses(String status) throws Exception {
        var interim = "HTTP/1.1 " + status + "\r\nLink: </a>\r\n\r\n";
        receiver.answer(Answer.rawKeptAlive(interim + interim.repeat(3) + OK));
        for (int i = 0; i < 3; i++) {
            assertThat(send("/")).isInstanceOfSatisfying(Outcome.Responded.class, answered -> {
                assertThat(answered.status()).isEqualTo(200);
                assertThat(answered.body()).asString().isEqualTo("OK");
                assertThat(answered.headers()).doesNotContain(new Header("Link", "</a>"));
            });
        }
        assertThat(receiver.requests()).extracting(Receiver.Request::connection).containsOnly(1);
    }

    @Test
    @DisplayName("cannot send interim responses forever")
    void tooManyInterimResponses() throws Exception {
        receiver.answer(Answer.rawKeptAlive("HTTP/1.1 102 Processing\r\n\r\n".repeat(100) + OK));
        var outcome = send("/");
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(outcome.message()).contains("too many interim responses");
    }

    @Test
    @DisplayName("that switches protocols fails with a clear message")
    void switchesProtocols() throws Exception {
        receiver.answer(Answer.rawKeptAlive(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
        var outcome = send("/");
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(outcome.message()).startsWith("Your endpoint responded with 101 Switching Protocols");
    }

    @ParameterizedTest(name = "that begins its response with {0} is reported as not valid HTTP")
    @ValueSource(
            strings = {
                "HTTP/2.0 200 OK",
                "HTTP/2 200",
                "HTTP/3 200 OK",
                "HTTP/3.0 200 OK",
                "HTTP/0.9 200 OK",
                "ICY 200 OK",
                "RTSP/1.0 200 OK",
                "HTTP/x.y 200 OK",
                "HTTP/1.1 abc OK",
                "HTTP/1.1 -1 OK",
                "HTTP/1.1 000 OK",
                "220 mail.example.com ESMTP",
                "{\"ok\":true}"
            })
    void unknownVersions(String line) throws Exception {
        receiver.answer(Answer.rawKeptAlive(line + "\r\nContent-Length: 2\r\n\r\nOK"));
        var outcome = send("/");
        assertThat(outcome.errorCode()).as(outcome.message()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(outcome.message())
                .startsWith("Your endpoint's response is not valid HTTP: ")
                .endsWith(".")
                .doesNotContain("Exception");
    }

    @ParameterizedTest(name = "may use {0}")
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1", "HTTP/1.2", "HTTP/1.9"})
    void minorVersions(String version) throws Exception {
        receiver.answer(Answer.rawKeptAlive(version + " 200 OK\r\nContent-Length: 2\r\n\r\nOK"));
        for (int i = 0; i < 3; i++) {
            assertThat(send("/").succeeded()).isTrue();
        }
    }
}
