package ai.nexadesk.webhooks.webhook.header;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A custom request header")
class RequestHeadersTest {

    private static final String VALUE = "Bearer canary\t~of headers";
    private static final String MASK = "••••••••";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("is sent in pings, first attempts, retries and tests, and shown nowhere")
    void everywhere() {
        var webhook = create(Map.of("Authorization", VALUE, "X-Api-Key", "second canary"));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "delivered", 1);
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
        api.post("/webhooks/" + webhook + "/test", Map.of("event", "lead.created"))
                .then()
                .statusCode(202);
        Await.until(
                "all requests",
                Duration.ofSeconds(20),
                () -> receiver.requests().size(),
                count -> count == 4);
        assertThat(receiver.requests()).allSatisfy(request -> {
            assertThat(request.header("authorization")).isEqualTo(VALUE);
            assertThat(request.header("x-api-key")).isEqualTo("second canary");
        });

        api.await(webhook, delivery, "delivered", 2);
        var admin = Visitor.signedIn(api.workspace().admin());
        var page = "/settings/webhooks/" + webhook;
        assertThat(api.get("/webhooks/" + webhook).getList("data.headers"))
                .isEqualTo(List.of("Authorization", "X-Api-Key"));
        assertThat(api.delivery(webhook, delivery).getList("data.request_headers"))
                .contains(Map.of("name", "Authorization", "value", MASK));
        for (var shown : List.of(
                api.get("/webhooks/" + webhook).prettify(),
                api.delivery(webhook, delivery).prettify(),
                api.get("/audit-log").prettify(),
                admin.get(page).asString(),
                admin.get(page + "/edit").asString(),
                admin.get(page + "/logs/" + delivery).asString(),
                admin.get(page + "/logs/export.csv").asString())) {
            assertThat(shown).doesNotContain("canary");
        }
        assertThat(admin.get(page + "/logs/" + delivery).asString()).contains("Authorization: " + MASK);
    }

    @Test
    @DisplayName("can be set, replaced, kept and removed separately, in any case, and each change is audited")
    void changed() {
        var webhook = create(Map.of("X-One", "1", "X-Two", "2"));
        var path = "/webhooks/" + webhook;
        var tag = tag(path);
        patch(path, Map.of("x-one", "other"));
        assertThat(tag(path)).isNotEqualTo(tag);
        assertThat(api.get("/audit-log").getMap("data[0].changes[0]").values())
                .contains(MASK)
                .doesNotContain("other");
        var withNull = new TreeMap<String, Object>();
        withNull.put("X-TWO", null);
        withNull.put("X-Three", "3");
        patch(path, withNull);
        patch(path, Map.of());
        assertThat(api.get(path).getList("data.headers")).isEqualTo(List.of("x-one", "X-Three"));
        api.post(path + "/ping").then().statusCode(200);
        var last = receiver.requests().get(receiver.requests().size() - 1);
        assertThat(last.header("x-one")).isEqualTo("other");
        assertThat(last.header("x-three")).isEqualTo("3");
        assertThat(last.headers("x-two")).isEmpty();

        int before = api.get("/audit-log").getInt("pagination.total_count");
        patch(path, Map.of("x-one", "other"));
        assertThat(api.get("/audit-log").getInt("pagination.total_count")).isEqualTo(before);
        var eleven = IntStream.range(0, 11).boxed().collect(Collectors.toMap(i -> "X-" + i, i -> "v"));
        api.patch(path, Map.of("headers", eleven)).then().statusCode(400);
        api.patch(path, Collections.singletonMap("headers", null)).then().statusCode(400);
    }

    @Test
    @DisplayName("is not sent to another host, unless it is entered again together with the URL")
    void otherHost() throws Exception {
        var webhook = create(Map.of("X-One", "1", "X-Two", "2"));
        var path = "/webhooks/" + webhook;
        patch(path, Map.of("X-Three", "3"));
        assertThat(api.patch(path, Map.of("url", receiver.url("/same-host"))).<List<String>>path("data.headers"))
                .hasSize(3);
        try (var other = Receiver.start("127.0.0.2")) {
            var url = "http://127.0.0.2:" + other.port() + "/hook";
            var answer = api.patch(path, Map.of("url", url, "headers", Map.of("X-One", "again")));
            assertThat(answer.<List<String>>path("data.headers")).containsExactly("X-One");
            assertThat(answer.<List<String>>path("data.dropped_headers")).containsExactly("X-Three", "X-Two");
            assertThat(other.requests()).singleElement().satisfies(ping -> {
                assertThat(ping.header("x-one")).isEqualTo("again");
                assertThat(ping.headers("x-two")).isEmpty();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "X-NexaDesk-Signature",
                "Webhook-Id",
                "content-type",
                "Content-Length",
                "User-Agent",
                "Cookie",
                "Transfer-Encoding",
                "Connection",
                "TE",
                "Trailer",
                "Upgrade",
                "Keep-Alive",
                "Proxy-Authorization",
                "Expect",
                "",
                "with space",
                "colon:",
                "ümlaut",
                "line\nbreak",
                "longer-than-64-longer-than-64-longer-than-64-longer-than-64-longer-than-64"
            })
    @DisplayName("cannot have a reserved or invalid name, or one that affects how a request is read")
    void badName(String name) {
        refuse(name, "value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "line\r\nX-Other: break", "nul\0", "ümlaut", "del\177"})
    @DisplayName("cannot have an ambiguous value, and the error does not repeat it")
    void badValue(String value) {
        assertThat(refuse("X-Api-Key", value)).doesNotContain("break", "ümlaut");
    }

    private String refuse(String name, String value) {
        var answer = api.post(
                "/webhooks",
                Map.of("url", receiver.url("/hook"), "events", List.of("*"), "headers", Map.of(name, value)));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.<Map<String, ?>>path("fields")).containsOnlyKeys("headers");
        return answer.asString();
    }

    @Test
    @DisplayName("is entered in a form that never shows the value, keeps it if blank, and removes it with its name")
    void form() {
        var webhook = create(Map.of("X-One", "canary", "X-Two", "2"));
        var admin = Visitor.signedIn(api.workspace().admin());
        var page = "/settings/webhooks/" + webhook + "/edit";
        assertThat(admin.get(page).asString())
                .contains(
                        "name=\"original_headers\" value=\"X-One X-Two\"",
                        "value=\"X-One\"",
                        "placeholder=\"" + MASK + "\"")
                .doesNotContain("canary");
        var form = Map.of(
                "url", receiver.url("/hook"),
                "events", "lead.created",
                "original_headers", "X-One X-Two",
                "header_name", List.of("X-One", "", "X-New"),
                "header_value", List.of("", "", "new"));
        assertThat(admin.form()
                        .formParams(form)
                        .redirects()
                        .follow(false)
                        .post(page)
                        .statusCode())
                .isEqualTo(303);
        assertThat(api.get("/webhooks/" + webhook).getList("data.headers")).isEqualTo(List.of("X-New", "X-One"));
        api.post("/webhooks/" + webhook + "/ping");
        var last = receiver.requests().get(receiver.requests().size() - 1);
        assertThat(last.header("x-one")).isEqualTo("canary");
        assertThat(last.header("x-new")).isEqualTo("new");

        var refused = admin.form()
                .formParams(form)
                .formParam("header_name", "Host")
                .formParam("header_value", "typed canary")
                .post(page);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.asString()).contains("Host is reserved.").doesNotContain("canary");
    }

    private String create(Map<String, String> headers) {
        return api.post(
                        "/webhooks",
                        Map.of("url", receiver.url("/hook"), "events", List.of("lead.created"), "headers", headers))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
    }

    private void patch(String path, Map<String, ?> headers) {
        api.patch(path, Map.of("headers", headers)).then().statusCode(200);
    }

    private String tag(String path) {
        return api.request().get("/api/v1/external" + path).header("ETag");
    }
}
