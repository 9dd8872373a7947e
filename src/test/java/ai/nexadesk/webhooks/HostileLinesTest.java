package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.LoggedFaults;
import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Sends lines that no browser sends, to public pages, to pages that require signing in, and to the REST API. */
@QuarkusTest
@DisplayName("A request with a hostile line")
class HostileLinesTest {

    private static final int DEADLINE_MILLIS = 20_000;

    private static final List<String> QUERIES =
            List.of("q=%00", "q=%", "q=%zz", "q=%ED%A0%80", "q=%ff%fe", "next=%", "%=%", "page=%00", "limit=%00");

    private static final List<String> HEADERS = List.of(
            "Content-Type: text/html; charset=nothing",
            "Content-Type: application/x-www-form-urlencoded; charset=\u0001",
            "Content-Type: ;;;",
            "Cookie: =; nexadesk; ;;=a; __Host-nexadesk=%00",
            "Cookie: __Host-nexadesk-known=.",
            "Cookie: __Host-nexadesk-known=" + "a".repeat(500),
            "Range: bytes=9-1,x-,-",
            "If-Modified-Since: never",
            "If-None-Match: \"",
            "Accept: */*;q=x",
            "Accept-Language: ;q=,,%",
            "X-Forwarded-For: ,,::%,999.1.1.1");

    @TestHTTPResource
    URL server;

    private final List<String> problems = new ArrayList<>();

    private void send(String method, String target, String headers, int status) throws Exception {
        var body = method.equals("POST") ? "Content-Length: 3\r\n" : "";
        var request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + body + headers
                + "\r\n" + (body.isEmpty() ? "" : "a=%");
        var reply = RawHttp.send(server.getPort(), request.getBytes(StandardCharsets.UTF_8), false, DEADLINE_MILLIS);
        if (reply.status() >= 500 || reply.status() == 0 || status != 0 && reply.status() != status) {
            problems.add(reply.status() + " for " + request.substring(0, Math.min(request.length(), 400)));
        }
    }

    @Test
    @DisplayName("is rejected without a 500")
    void refused() throws Exception {
        var workspace = TestWorkspace.create();
        var session = "Cookie: __Host-nexadesk=" + TestWorkspace.signIn(workspace.admin()) + "\r\n";
        try (var log = LoggedFaults.listen()) {
            for (var path :
                    List.of("/login", "/setup", "/settings/webhooks", "/assets/x", "/api/v1/external/webhooks")) {
                for (var query : QUERIES) {
                    send("GET", path + "?" + query, session, 0);
                }
                for (var header : HEADERS) {
                    send("GET", path, header + "\r\n", 0);
                    send("POST", path, header + "\r\n", 0);
                }
                send("GET", path + "/%", session, 400);
                send("GET", path + "/%zz", session, 400);
                send("GET", path + "/%00", session, 0);
                send("GET", path + "/" + "a".repeat(9_000), session, 414);
                send("GET", path, "X-Long: " + "a".repeat(30_000) + "\r\n", 431);
            }
            assertThat(log.take()).isEmpty();
        }
        assertThat(problems).isEmpty();
    }
}
