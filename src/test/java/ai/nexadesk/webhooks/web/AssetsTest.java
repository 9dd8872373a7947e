package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.LoadState;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** Tests what a browser loads before it shows a page. */
@QuarkusTest
@DisplayName("A browser on its first visit")
class AssetsTest {

    private static final int BUDGET_BYTES = 100_000;
    private static final int LINES = 50;

    @Test
    @DisplayName("loads less than 100 KB, compressed, and caches versioned files for a year")
    void firstLoad() throws Exception {
        var api = Api.ofNewWorkspace();
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            for (int i = 0; i < LINES; i++) {
                api.publish("lead.created", "{\"id\":" + i + "}");
            }
            for (var path : List.of("/settings/webhooks", "/settings/webhooks/" + webhook + "/logs")) {
                check(api.workspace().admin(), path);
            }
        }
    }

    private static void check(String person, String path) {
        var session = Visitor.signedIn(person).session();
        try (var browser = Browser.open()) {
            browser.page().context().setExtraHTTPHeaders(Map.of("Cookie", TestWorkspace.SESSION + "=" + session));
            var responses = new ArrayList<Response>();
            browser.page().onResponse(responses::add);
            browser.go(path);
            browser.page().waitForLoadState(LoadState.NETWORKIDLE);
            assertThat(browser.page().locator("main tbody tr").count()).isPositive();
            var sizes = responses.stream()
                    .collect(Collectors.toMap(
                            Response::url,
                            response -> response.request().sizes().responseBodySize
                                    + response.request().sizes().responseHeadersSize));
            assertThat(sizes.values().stream().mapToInt(Integer::intValue).sum())
                    .as(sizes.toString())
                    .isLessThan(BUDGET_BYTES);
            for (var response : responses) {
                var headers = response.headers();
                boolean isPage = response.url().contains("/settings/");
                assertThat(headers.get("cache-control"))
                        .as(response.url())
                        .isEqualTo(isPage ? "no-store" : "public, max-age=31536000, immutable");
                if (!response.url().endsWith(".woff2")) {
                    assertThat(headers.get("content-encoding"))
                            .as(response.url())
                            .isEqualTo("gzip");
                }
            }
        }
    }

    @Test
    @DisplayName("does not cache a file under the URL of another version, nor a missing one")
    void otherVersion() {
        for (var path : List.of(
                "/assets/nexadesk.css", "/assets/nexadesk.css?v=000000000000", "/assets/none.css", "/webjars/x")) {
            assertThat(given().get(path).header("Cache-Control")).as(path).isEqualTo("no-cache");
        }
    }

    @Test
    @DisplayName("gets pages with secrets uncompressed, so that their length reveals nothing")
    void secrets() throws Exception {
        var api = Api.ofNewWorkspace();
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "*");
            var admin = Visitor.signedIn(api.workspace().admin());
            var answer = admin.post("/settings/webhooks/" + webhook + "/secret");
            assertThat(answer.asString()).contains("whsec_");
            assertThat(answer.header("Content-Encoding")).isNull();
            var rotated = admin.post("/settings/webhooks/" + webhook + "/secret/rotate", Map.of("overlap_hours", "24"));
            var shown = admin.request().cookie("flash", rotated.cookie("flash")).get("/settings/webhooks/" + webhook);
            assertThat(shown.asString()).contains("whsec_");
            assertThat(shown.header("Content-Encoding")).isNotEqualTo("gzip");
            var key = admin.post("/settings/api-keys/new", Map.of("name", "Mine", "scopes", "read"));
            assertThat(key.asString()).contains("fc_live_");
            assertThat(key.header("Content-Encoding")).isNull();
            assertThat(admin.get("/settings/webhooks").header("Content-Encoding"))
                    .isEqualTo("gzip");
        }
    }
}
