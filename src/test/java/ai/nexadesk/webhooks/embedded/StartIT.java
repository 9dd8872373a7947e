package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("With a database of its own, the application")
class StartIT {

    private static final String TOKEN = "-Dnexadesk.publisher.tokens=some-token";
    private static final String KEY = "-Dnexadesk.secrets.encryption-key=dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=";

    private static final String URL = "-Dnexadesk.public-url=https://app.example.com";

    @TempDir
    Path data;

    private EmbeddedPostgres database;

    @BeforeEach
    void startDatabase() throws IOException {
        database = EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
    }

    @AfterEach
    void stopDatabase() throws IOException {
        database.close();
    }

    @Test
    @DisplayName("does not start without an encryption key, and says how to make one")
    void noKey() throws Exception {
        assertThat(refusal(TOKEN, URL))
                .contains("nexadesk.secrets.encryption-key is not set")
                .contains("openssl rand -base64 32");
    }

    @Test
    @DisplayName("does not start without a publisher's token, and says how to make one")
    void noToken() throws Exception {
        assertThat(refusal(KEY, URL))
                .contains("nexadesk.publisher.tokens is not set")
                .contains("openssl rand -hex 32");
    }

    @Test
    @DisplayName("does not start without the address that people open, and says what it is for")
    void noPublicUrl() throws Exception {
        assertThat(refusal(KEY, TOKEN))
                .contains("nexadesk.public-url is not set")
                .contains("such as https://app.example.com");
    }

    @Test
    @DisplayName("does not start with an address for people that no link can begin with")
    void badPublicUrl() throws Exception {
        assertThat(refusal(KEY, TOKEN, "-Dnexadesk.public-url=app.example.com"))
                .contains("nexadesk.public-url is \"app.example.com\"");
    }

    @Test
    @DisplayName("does not take a forgotten database for a wish to evaluate it")
    void noDatabase() throws Exception {
        try (var application = PackagedApplication.launch(data.resolve("unused"), KEY, TOKEN, URL)) {
            assertThat(application.awaitEnd()).isNotZero();
            assertThat(application.output())
                    .contains("quarkus.datasource.jdbc.url is not set, but nexadesk.public-url is")
                    .contains("jdbc:postgresql://host:5432/database");
            assertThat(data.resolve("unused")).doesNotExist();
        }
    }

    @Test
    @DisplayName("does not start without its login there, and says which setting is missing")
    void noLogin() throws Exception {
        var url = "-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl();
        try (var application = PackagedApplication.launch(data.resolve("unused"), url, KEY, TOKEN, URL)) {
            assertThat(application.awaitEnd()).isNotZero();
            assertThat(application.output())
                    .contains("quarkus.datasource.username is not set, but quarkus.datasource.jdbc.url is");
        }
    }

    @Test
    @DisplayName("does not start with brokers of Kafka that cannot be any, and says which setting it is")
    void noBrokers() throws Exception {
        assertThat(refusal(KEY, TOKEN, URL, "-Dnexadesk.kafka.bootstrap-servers=no-port"))
                .contains("The nexadesk.kafka.* settings are invalid")
                .contains("bootstrap.servers: no-port");
    }

    @Test
    @DisplayName(
            "lets nobody have all connections: it closes those of an address that has many, and not those of proxies")
    void crowdedAddress() throws Exception {
        int most = 20;
        try (var application = launch(
                KEY,
                TOKEN,
                URL,
                PackagedApplication.ON_UNSAFE_DATABASE,
                "-Dnexadesk.requests.connections-per-address=" + most,
                "-Dnexadesk.trusted-proxies=127.0.0.3")) {
            Await.until("a start", Duration.ofSeconds(60), application::output, log -> log.contains("Listening on"));
            var sockets = new ArrayList<Socket>();
            try {
                for (int i = 0; i < most; i++) {
                    sockets.add(connect("127.0.0.2", application.port()));
                }
                assertThat(sockets).allMatch(StartIT::isAnswered);
                assertThat(isAnswered(connect("127.0.0.2", application.port()))).isFalse();
                assertThat(isAnswered(connect("127.0.0.4", application.port()))).isTrue();
                for (int i = 0; i < most + 2; i++) {
                    sockets.add(connect("127.0.0.3", application.port()));
                }
                assertThat(sockets).allMatch(StartIT::isAnswered);
                sockets.get(0).close();
                Await.until(
                        "a free place",
                        Duration.ofSeconds(10),
                        () -> isAnswered(connect("127.0.0.2", application.port())),
                        is -> is);
                assertThat(application.get("/q/metrics").body())
                        .containsPattern("nexadesk_connections_refused_total [1-9]");
            } finally {
                for (var socket : sockets) {
                    socket.close();
                }
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
    @DisplayName("logs JSON where that is switched on")
    void json() throws Exception {
        try (var application = launch(
                KEY, TOKEN, URL, PackagedApplication.ON_UNSAFE_DATABASE, "-Dquarkus.log.console.json.enabled=true")) {
            Await.until("a start", Duration.ofSeconds(60), application::output, log -> log.contains("Listening on"));
            var started = application
                    .output()
                    .lines()
                    .filter(line -> line.contains("Listening on"))
                    .findFirst()
                    .orElseThrow();
            assertThat(JsonPath.from(started).getString("level")).isEqualTo("INFO");
        }
    }

    @Test
    @DisplayName("does not start with a lease too short for any attempt, and says how long it must be")
    void shortLease() throws Exception {
        assertThat(refusal(KEY, TOKEN, URL, "-Dnexadesk.delivery.lease=6s"))
                .contains("nexadesk.delivery.lease is 6000 ms")
                .contains("longer than nexadesk.delivery.timeout plus one second, 6000 ms");
    }

    @Test
    @DisplayName("does not start with a rate limit whose times would fill too much, and says how high it may be")
    void highRateLimit() throws Exception {
        assertThat(refusal(KEY, TOKEN, URL, "-Dnexadesk.api.requests-per-minute=10001"))
                .contains("nexadesk.api.requests-per-minute is 10001, but must be from 0 (unlimited) to 10000");
    }

    @Test
    @DisplayName("does not start on a database that can lose what is acknowledged, and says what to turn on")
    void unsafeDatabase() throws Exception {
        try (var application = launch(KEY, TOKEN, URL)) {
            assertThat(application.awaitEnd()).isNotZero();
            assertThat(application.output())
                    .contains("fsync and synchronous_commit off: acknowledged events can be lost")
                    .contains("Turn it on, or set nexadesk.allow-unsafe-database to true");
        }
    }

    @Test
    @DisplayName("starts on such a database where that is allowed, with a warning")
    void allowedUnsafeDatabase() throws Exception {
        try (var application = launch(KEY, TOKEN, URL, PackagedApplication.ON_UNSAFE_DATABASE)) {
            Await.until("a start", Duration.ofSeconds(60), application::output, log -> log.contains("Listening on"));
            assertThat(application.output())
                    .contains("fsync and synchronous_commit off: acknowledged events can be lost");
        }
    }

    private String refusal(String... properties) throws Exception {
        var all = new ArrayList<>(List.of(PackagedApplication.ON_UNSAFE_DATABASE));
        all.addAll(List.of(properties));
        try (var application = launch(all.toArray(String[]::new))) {
            assertThat(application.awaitEnd()).isNotZero();
            return application.output();
        }
    }

    private PackagedApplication launch(String... properties) throws IOException {
        var all = new ArrayList<>(List.of(
                "-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl(),
                "-Dquarkus.datasource.username=" + database.username(),
                "-Dquarkus.datasource.password=" + database.password()));
        all.addAll(List.of(properties));
        return PackagedApplication.launch(data.resolve("unused"), all.toArray(String[]::new));
    }
}
