package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("With a database of its own, the application")
class StartIT {

    private static final String TOKEN = "-Dnexadesk.publisher.tokens=some-publisher-token";
    private static final String KEY = "-Dnexadesk.secrets.encryption-key=dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=";

    private static final String URL = "-Dnexadesk.public-url=https://app.example.com";

    private static final int CONNECTIONS = 20;

    @TempDir
    private static Path data;

    private static EmbeddedPostgres database;

    /** Runs on a database that can lose acknowledged events, because that is allowed. Ignores the evaluation mode. */
    private static PackagedApplication application;

    @BeforeAll
    static void start() throws IOException {
        database = EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
        application = launch(
                KEY,
                TOKEN,
                URL,
                PackagedApplication.ON_UNSAFE_DATABASE,
                "-Dnexadesk.evaluation=true",
                "-Dquarkus.log.console.json.enabled=true",
                "-Dnexadesk.requests.connections-per-address=" + CONNECTIONS,
                "-Dnexadesk.trusted-proxies=127.0.0.3");
        Await.until("the start", Duration.ofSeconds(60), application::output, log -> log.contains("Listening on"));
    }

    @AfterAll
    static void stop() throws IOException {
        application.close();
        database.close();
    }

    @Test
    @DisplayName("prints as its only line which setting is wrong, regardless of where it is set")
    void oneLine() throws Exception {
        var only = "NexaDesk Webhooks cannot start. ";
        assertThat(refusal(TOKEN, URL))
                .startsWith(only + "nexadesk.secrets.encryption-key is not set.")
                .hasLineCount(1);
        assertThat(refusal(KEY, TOKEN, URL, "-Dnexadesk.delivery.lease=7s"))
                .startsWith(only + "nexadesk.delivery.lease must be at least three seconds longer")
                .hasLineCount(1);
        var file = data.resolve("application.properties");
        Files.writeString(file, "nexadesk.retention=30\n");
        assertThat(refusal(KEY, TOKEN, URL, "-Dsmallrye.config.locations=" + file))
                .startsWith(only + "nexadesk.retention must be a duration with a unit")
                .hasLineCount(1);
        assertThat(refusal(KEY, TOKEN, URL, "-Dquarkus.datasource.password=wrong"))
                .startsWith(only + "quarkus.datasource.username or quarkus.datasource.password is wrong")
                .hasLineCount(1);
    }

    @Test
    @DisplayName("does not treat a missing database URL as a request for the evaluation mode")
    void noDatabase() throws Exception {
        try (var refused = PackagedApplication.launch(data.resolve("unused"), KEY, TOKEN, URL)) {
            assertThat(refused.awaitEnd()).isNotZero();
            assertThat(refused.output())
                    .contains("quarkus.datasource.jdbc.url is not set, but nexadesk.public-url is")
                    .contains("jdbc:postgresql://host:5432/database");
            assertThat(data.resolve("unused")).doesNotExist();
        }
    }

    @Test
    @DisplayName("has no evaluation mode: nothing embedded starts, and no demo credential is accepted")
    void noEvaluation() throws Exception {
        var login = application.get("/login");
        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(login.body()).doesNotContain("nexadesk-demo");
        assertThat(application.get("/api/v1/external/webhooks").statusCode()).isEqualTo(401);
        assertThat(application.publish("{}").statusCode()).isEqualTo(401);
        assertThat(application.get("/inbox/first").statusCode()).isEqualTo(404);
        assertThat(data.resolve("unused")).doesNotExist();
    }

    @Test
    @DisplayName("prevents one client from using all connections: closes those of a crowded address, but not of "
            + "proxies")
    void crowdedAddress() throws Exception {
        int port = application.port();
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(connect("127.0.0.2", port));
            }
            assertThat(sockets).allMatch(StartIT::isAnswered);
            assertThat(isAnswered(connect("127.0.0.2", port))).isFalse();
            assertThat(isAnswered(connect("127.0.0.4", port))).isTrue();
            for (int i = 0; i < CONNECTIONS + 2; i++) {
                sockets.add(connect("127.0.0.3", port));
            }
            assertThat(sockets).allMatch(StartIT::isAnswered);
            sockets.get(0).close();
            Await.until(
                    "a free connection",
                    Duration.ofSeconds(10),
                    () -> isAnswered(connect("127.0.0.2", port)),
                    is -> is);
            assertThat(application.get("/q/metrics").body())
                    .containsPattern("nexadesk_connections_refused_total [1-9]");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private static Socket connect(String from, int port) {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(10_000);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAnswered(Socket socket) {
        try {
            socket.getOutputStream().write("HEAD /q/health/live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            var end = new byte[4];
            while (!new String(end, US_ASCII).equals("\r\n\r\n")) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return false;
                }
                end = new byte[] {end[1], end[2], end[3], (byte) next};
            }
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    @Test
    @DisplayName("logs JSON if that is enabled")
    void json() {
        var started = application
                .output()
                .lines()
                .filter(line -> line.contains("Listening on"))
                .findFirst()
                .orElseThrow();
        assertThat(JsonPath.from(started).getString("level")).isEqualTo("INFO");
    }

    @Test
    @DisplayName("does not start on a database that can lose acknowledged events, and says what to turn on")
    void unsafeDatabase() throws Exception {
        try (var refused = launch(KEY, TOKEN, URL)) {
            assertThat(refused.awaitEnd()).isNotZero();
            assertThat(refused.output())
                    .contains("fsync and synchronous_commit off: acknowledged events can be lost")
                    .contains("Turn it on, or set nexadesk.allow-unsafe-database to true");
        }
    }

    @Test
    @DisplayName("starts on such a database, with a warning, if that is allowed")
    void allowedUnsafeDatabase() {
        assertThat(application.output()).contains("fsync and synchronous_commit off: acknowledged events can be lost");
    }

    private static String refusal(String... properties) throws Exception {
        var all = new ArrayList<>(List.of(PackagedApplication.ON_UNSAFE_DATABASE));
        all.addAll(List.of(properties));
        try (var refused = launch(all.toArray(String[]::new))) {
            assertThat(refused.awaitEnd()).isNotZero();
            return refused.output();
        }
    }

    private static PackagedApplication launch(String... properties) throws IOException {
        var all = new ArrayList<>(List.of(
                "-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl(),
                "-Dquarkus.datasource.username=" + database.username(),
                "-Dquarkus.datasource.password=" + database.password()));
        all.addAll(List.of(properties));
        return PackagedApplication.launch(data.resolve("unused"), all.toArray(String[]::new));
    }
}
