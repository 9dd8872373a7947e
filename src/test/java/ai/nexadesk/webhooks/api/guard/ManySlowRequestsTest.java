package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Many slow clients")
class ManySlowRequestsTest {

    private static final int MANY = 210;

    private static final String FORM = "POST /login HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nemail=";

    private static final String UNKNOWN_PUBLISHER = "POST /api/v1/internal/events HTTP/1.1\r\nHost: localhost\r\n"
            + "Authorization: Bearer unknown\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[";

    @TestHTTPResource
    URL server;

    private final List<Socket> sockets = new ArrayList<>();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @AfterEach
    void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    private Socket connect(String from) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", server.getPort()));
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    private void send(String from, String head) throws IOException {
        connect(from).getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    @DisplayName("delay neither health checks nor pages, publishing and sending, and are disconnected")
    void slowBodies() throws Exception {
        receiver.answer(Answer.status(200));
        var api = Api.ofNewWorkspace();
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        for (int i = 0; i < MANY; i++) {
            send("127.0.0.1", FORM);
        }
        for (int i = 0; i < 5; i++) {
            drip();
            long start = System.nanoTime();
            given().get("/q/health/ready").then().statusCode(200);
            given().get("/login").then().statusCode(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}")), "delivered", 1);
            Thread.sleep(300);
        }
        assertThat(sockets.get(MANY - 1).getInputStream().read()).isNegative();
    }

    private void drip() throws IOException {
        for (var socket : sockets) {
            socket.getOutputStream().write('a');
        }
    }

    @Test
    @DisplayName("without valid credentials are answered before their body is read")
    void unknown() throws Exception {
        send("127.0.0.1", UNKNOWN_PUBLISHER);
        var answer = new String(sockets.get(0).getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        assertThat(answer).isEqualTo("HTTP/1.1 401");
    }
}
