package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.LoggedFaults;
import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests whose host or path is missing, malformed or ambiguous. */
@QuarkusTest
@DisplayName("A request with an ambiguous target")
class AmbiguousRequestsTest {

    private static final int DEADLINE_MILLIS = 10_000;

    /** Paths that no resource of the application handles. */
    private static final List<String> NOT_OURS = List.of(
            "/nothing",
            "/api/nothing",
            "/assets/nothing",
            "/webjars/nothing",
            "/_static/nothing",
            "/q/",
            "/q/health",
            "/q/health/ready",
            "/q/metrics",
            "/q/openapi",
            "/q/nothing",
            "/q");

    private static final List<String> BROKEN_HOSTS = List.of(
            "Host:\r\n",
            "Host: a b\r\n",
            "Host: [::1\r\n",
            "Host: @\r\n",
            "Host: a:b:c\r\n",
            "Host: é\r\n",
            "Host: a\r\nHost: b\r\n");

    @TestHTTPResource
    URL server;

    private final SoftAssertions softly = new SoftAssertions();
    private LoggedFaults log;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private FilledWorkspace filled;
    private String credentials;

    @BeforeEach
    void listen() {
        log = LoggedFaults.listen();
    }

    private void fill() {
        filled = FilledWorkspace.create(receiver);
        signIn(filled.api().workspace());
    }

    private void signIn(TestWorkspace workspace) {
        credentials = "Authorization: Bearer " + workspace.apiKey("read", "write") + "\r\nCookie: "
                + TestWorkspace.SESSION + "=" + TestWorkspace.signIn(workspace.admin()) + "\r\n";
    }

    @AfterEach
    void close() {
        log.close();
    }

    private RawHttp.Reply send(String line, String host) throws IOException {
        var body = "{}";
        var request = line + "\r\n" + host + credentials + "Connection: close\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try {
            return RawHttp.send(server.getPort(), request.getBytes(StandardCharsets.UTF_8), false, DEADLINE_MILLIS);
        } catch (SocketTimeoutException e) {
            return new RawHttp.Reply(0, "no response in time");
        }
    }

    /** The method and path of every route, and of paths that do not exist. */
    private Stream<String[]> all() {
        return Stream.concat(
                Route.all().stream().map(route -> new String[] {route.method(), filled.address(route)}),
                NOT_OURS.stream().map(path -> new String[] {"GET", path}));
    }

    @Test
    @DisplayName("because it names no host is rejected on every route except those for operators")
    void noHost() throws Exception {
        fill();
        for (var target : all().toList()) {
            for (var line : List.of(" HTTP/1.0", " HTTP/1.1")) {
                var what = target[0] + " " + target[1] + line;
                int status = send(what, "").status();
                if (target[1].startsWith("/q/")) {
                    softly.assertThat(status).as(what).isBetween(200, 499);
                } else {
                    softly.assertThat(status).as(what).isEqualTo(400);
                }
                softly.assertThat(log.take()).as(what).isEmpty();
            }
        }
        softly.assertAll();
    }

    @Test
    @DisplayName("because it names two hosts is rejected")
    void twoHosts() throws Exception {
        signIn(TestWorkspace.create());
        for (var path : List.of("/login", "/api/v1/external/webhooks", "/q/health")) {
            assertThat(send("GET " + path + " HTTP/1.1", "Host: a\r\nHost: b\r\n")
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("because its host is malformed or part of the target never causes a 500 on any route")
    void brokenHost() throws Exception {
        fill();
        for (var target : all().toList()) {
            for (var host : BROKEN_HOSTS) {
                expectAnswer(target[0] + " " + target[1] + " HTTP/1.1", host);
            }
            if (target[0].equals("GET")) {
                expectAnswer("GET http://localhost" + target[1] + " HTTP/1.1", "Host: localhost\r\n");
                expectAnswer("GET http://other.example" + target[1] + " HTTP/1.1", "");
                expectAnswer("GET " + target[1] + " HTTP/1.0", "Host: localhost\r\n");
            }
        }
        softly.assertAll();
    }

    @ParameterizedTest
    @DisplayName("because of its method never causes a 500 on any route")
    @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "PUT"})
    void methods(String method) throws Exception {
        fill();
        var targets = all().map(target -> target[1]).distinct().toList();
        for (var target : targets) {
            expectAnswer(method + " " + target + " HTTP/1.1", "Host: localhost\r\n");
        }
        for (var target : List.of("*", "localhost:80", "http://", "?", "#", "settings", "http://localhost")) {
            expectAnswer(method + " " + target + " HTTP/1.1", "Host: localhost\r\n");
            expectAnswer(method + " " + target + " HTTP/1.0", "");
        }
        softly.assertAll();
    }

    private void expectAnswer(String line, String host) throws IOException {
        var reply = send(line, host);
        softly.assertThat(reply.status()).as(line + " " + host).isBetween(200, 499);
        softly.assertThat(log.take()).as(line + " " + host).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("because its path can be read in two ways is rejected before routing")
    @ValueSource(
            strings = {
                "/settings;a=b/webhooks",
                "/settings%3Ba=b/webhooks",
                "/settings%3ba=b/webhooks",
                "/settings%2Fwebhooks",
                "/settings%2fwebhooks",
                "/settings%5Cwebhooks",
                "/settings\\webhooks",
                "/api;a/v1/external/webhooks",
                "/api%3Ba/v1/external/webhooks",
                "/api/v1/external/webhooks;a",
                "/inbox/..;/settings/webhooks",
                "/inbox/..%2Fsettings/webhooks",
                "/q%2Fmetrics",
                "/webjars/..%2F..%2Fq/metrics",
                "/settings/../q/metrics",
                "/settings/./webhooks",
                "/settings/%2e%2e/q/metrics",
                "/%71/metrics",
                "//q/metrics",
                "/settings//webhooks",
                "/x/../api/v1/external/webhooks",
                "//api/v1/internal/events",
                "/%61pi/v1/internal/events"
            })
    void ambiguous(String path) throws Exception {
        signIn(TestWorkspace.create());
        assertThat(send("GET " + path + " HTTP/1.1", "Host: localhost\r\n").status())
                .isEqualTo(400);
    }
}
