package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(SlowRequestsTest.Impatient.class)
@DisplayName("A request that comes too slowly")
class SlowRequestsTest {

    /** The timeouts are 2 s each. The rest is a margin for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BETWEEN_BYTES_MILLIS = 50;

    private static final String HEAD = "POST /api/v1/internal/events HTTP/1.1\r\nHost: localhost\r\n"
            + "Authorization: Bearer test-publisher-token\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n";

    /** Configures short timeouts. */
    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "nexadesk.requests.body-timeout",
                    "2s",
                    "nexadesk.requests.answer-timeout",
                    "3s",
                    "quarkus.http.idle-timeout",
                    "4S");
        }
    }

    @TestHTTPResource
    URL server;

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("localhost", server.getPort()));
        socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
        return socket;
    }

    /** Sends one byte at a time, repeatedly. Returns the time until the connection is closed. */
    private static Duration drip(Socket socket, String text) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < PATIENCE.toNanos(); i++) {
            try {
                if (i < text.length()) {
                    socket.getOutputStream().write(text.charAt(i));
                }
                if (socket.getInputStream().read() < 0) {
                    break;
                }
            } catch (SocketTimeoutException stillOpen) {
                // Expected for a while.
            } catch (IOException reset) {
                break;
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Reads only a little. A fast reader would receive everything at once. */
    private static boolean isClosedAfterSomeMore(Socket socket) {
        try {
            if (socket.getInputStream().read(new byte[4_096]) >= 0) {
                return false;
            }
            socket.close();
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            // A reset counts as closed.
        }
        return true;
    }

    private static String read(Socket socket, String end) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as(text.toString()).isNotNegative();
            text.append((char) next);
        }
        socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
        return text.toString();
    }

    @Test
    @DisplayName("is disconnected in its head, even if bytes keep arriving")
    void slowHead() throws IOException {
        try (var socket = connect()) {
            assertThat(drip(socket, "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + "a".repeat(1_000)))
                    .isBetween(Duration.ofMillis(1_900), PATIENCE.dividedBy(2));
        }
    }

    @Test
    @DisplayName("is disconnected in the head of a later request on the same connection")
    void secondHead() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(read(socket, "\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(drip(socket, "GET /login HTTP/1.1\r\nX-Slow: " + "a".repeat(1_000)))
                    .isBetween(Duration.ofMillis(1_900), PATIENCE.dividedBy(2));
        }
    }

    @Test
    @DisplayName("is disconnected in its body, on every path")
    void slowBody() throws IOException {
        var form = HEAD.replace("/api/v1/internal/events", "/login")
                .replace("application/json", "application/x-www-form-urlencoded");
        for (var head : new String[] {HEAD, form, HEAD.replace("internal/events", "external/webhooks")}) {
            try (var socket = connect()) {
                socket.getOutputStream().write(head.formatted(100_000).getBytes(StandardCharsets.US_ASCII));
                assertThat(drip(socket, "[" + " ".repeat(1_000))).as(head).isLessThan(PATIENCE.dividedBy(2));
            }
        }
    }

    @Test
    @DisplayName("or not at all is disconnected")
    void silent() throws IOException {
        try (var socket = connect()) {
            assertThat(drip(socket, "")).isLessThan(PATIENCE.dividedBy(2));
        }
        try (var socket = connect()) {
            assertThat(drip(socket, "G")).isLessThan(PATIENCE.dividedBy(2));
        }
    }

    @Test
    @DisplayName("and whose response is read too slowly is disconnected, and others may export again")
    void slowReader() throws Exception {
        var api = Api.ofNewWorkspace();
        var reader = Visitor.signedIn(api.workspace().agent());
        try (var receiver = Receiver.start()) {
            var log = "/settings/webhooks/" + api.createWebhook(receiver.url("/hook"), "*") + "/logs";
            var event = "{\"event\":\"lead.created\",\"workspace_id\":\""
                    + api.workspace().id() + "\",\"data\":{\"id\":\"" + "a".repeat(250_000) + "\"}}";
            for (int i = 0; i < 48; i++) {
                Api.publish(event).then().statusCode(202);
            }
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 4; i++) {
                var socket = new Socket();
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress("localhost", server.getPort()));
                socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
                socket.getOutputStream()
                        .write(("GET " + log + "/export.bodies.jsonl HTTP/1.1\r\nHost: localhost\r\nCookie: "
                                        + TestWorkspace.SESSION + "=" + reader.session() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(read(socket, "\r\n\r\n")).startsWith("HTTP/1.1 200");
                sockets.add(socket);
            }
            reader.get(log).then().statusCode(429);
            // No transaction is open while they wait. They may still read what is already on its way to them.
            assertThat(new Sql()
                            .text("select count(*) from pg_stat_activity where state = 'idle in transaction'"
                                    + " and xact_start < clock_timestamp() - interval '1 second'"))
                    .isEqualTo("0");
            Await.until(
                    "the disconnection",
                    PATIENCE.dividedBy(2),
                    () -> {
                        sockets.removeIf(SlowRequestsTest::isClosedAfterSomeMore);
                        return reader.get(log).statusCode();
                    },
                    code -> code == 200);
            assertThat(sockets).isNotEmpty();
        }
    }

    @Test
    @DisplayName("may still be slow within the deadline, and many may follow each other")
    void patient() throws IOException {
        var workspace = TestWorkspace.create();
        try (var socket = connect()) {
            for (int i = 0; i < 3; i++) {
                var body = "{\"event\":\"lead.created\",\"workspace_id\":\"" + workspace.id()
                        + "\",\"data\":{\"id\":\"1\"}}";
                var request = HEAD.formatted(body.length()) + body;
                for (int at = 0; at < request.length(); at += 80) {
                    socket.getOutputStream()
                            .write(request.substring(at, Math.min(at + 80, request.length()))
                                    .getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().flush();
                }
                assertThat(read(socket, "}]}}")).startsWith("HTTP/1.1 202");
            }
        }
    }
}
