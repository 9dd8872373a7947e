package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The evaluation mode")
class EvaluationIT {

    @TempDir
    private static Path data;

    private static PackagedApplication application;

    @BeforeAll
    static void start() throws IOException {
        application = PackagedApplication.start(data);
    }

    @AfterAll
    static void stop() throws IOException {
        application.close();
    }

    @Test
    @DisplayName("starts without a database, and shows the whole cycle with its inbox")
    void firstLook() throws Exception {
        assertThat(application.output())
                .contains(PackagedApplication.API_KEY)
                .contains(PackagedApplication.PUBLISHER_TOKEN)
                .contains("curl " + application.url("/api/v1/internal/events"))
                .doesNotContain("ERROR");
        assertThat(createWebhook("/inbox/first")).contains("\"status\":\"active\"");
        var published = application.publish(application.output().replaceAll("(?s).* -d '([^']+)'.*", "$1"));
        assertThat(published.statusCode()).as(published.body()).isEqualTo(202);
        var page = Await.until(
                "the event in the inbox",
                Duration.ofSeconds(10),
                () -> read(application, "/inbox/first"),
                html -> html.contains("lead.created"));
        assertThat(page).contains("Valid signature").contains("John Doe").doesNotContain("Invalid signature");
        assertThat(application.output()).as("its report on its own example").doesNotContain("do not match");
    }

    private static String createWebhook(String inbox) throws Exception {
        var created = application.post("/webhooks", "{\"url\":\"" + application.url(inbox) + "\",\"events\":[\"*\"]}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return created.body();
    }

    @Test
    @DisplayName("keeps its data between starts; if its encryption key is lost, it does not generate a new one, but "
            + "says what to do")
    void restart() throws Exception {
        var webhook = createWebhook("/inbox/kept").replaceAll("(?s).*\"id\":\"(wh_[^\"]+)\".*", "$1");
        application.close();
        var key = data.resolve("encryption-key");
        var backup = data.resolve("backup-of-the-key");
        Files.move(key, backup);
        try (var withoutKey = PackagedApplication.launch(data)) {
            assertThat(withoutKey.awaitEnd()).isNotZero();
            assertThat(withoutKey.output()).contains("encryption key").contains("Restore it from a backup");
        }
        assertThat(key).doesNotExist();
        Files.move(backup, key);
        application = PackagedApplication.start(data);
        assertThat(application.get("/api/v1/external/webhooks/" + webhook).statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("responds only to local host names, so that no web site can use this address")
    void otherNames() throws Exception {
        int port = application.port();
        for (var host : List.of("rebound.example", "localhost.example", "127.0.0.1.example:" + port, "[::2]")) {
            assertThat(status(port, host)).as(host).isEqualTo(403);
        }
        for (var host : List.of("localhost", "LOCALHOST:" + port, "127.0.0.1", "[::1]:" + port)) {
            assertThat(status(port, host)).as(host).isEqualTo(200);
        }
    }

    private static int status(int port, String host) throws IOException {
        var request = "GET /login HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        return RawHttp.send(port, request.getBytes(StandardCharsets.US_ASCII), false, 10_000)
                .status();
    }

    @Test
    @DisplayName("explains requests that the HTTP server rejects before any page gets them")
    void explainsRefusals() throws Exception {
        int port = application.port();
        var requests = Map.of(
                "GET /login?q=%zz HTTP/1.1",
                400,
                "GET /api/v1/external/webhooks/% HTTP/1.1",
                400,
                "NOTHING",
                400,
                "GET /" + "a".repeat(9_000) + " HTTP/1.1",
                414,
                "GET / HTTP/1.1\r\nX-Long: " + "a".repeat(70_000),
                431);
        for (var request : requests.entrySet()) {
            var bytes = request.getKey() + "\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n";
            var reply = RawHttp.send(port, bytes.getBytes(StandardCharsets.US_ASCII), false, 20_000);
            assertThat(reply.status()).as(reply.text()).isEqualTo(request.getValue());
            assertThat(reply.text()).contains("\"code\":\"bad_request\"");
        }
    }

    @Test
    @DisplayName("stops with a message if another instance uses its data")
    void secondInstance() throws Exception {
        try (var second = PackagedApplication.launch(data)) {
            assertThat(second.awaitEnd()).isNotZero();
            assertThat(second.output()).contains("Another instance is using " + data);
            assertThat(read(application, "/login")).contains("Sign in");
        }
    }

    private static String read(PackagedApplication application, String path) {
        try {
            return application.get(path).body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
