package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes every change that a page or the API allows, including routes added later, and looks for its audit log entry.
 */
@QuarkusTest
@DisplayName("Every change made by")
class AuditedRoutesTest {

    /** The routes that add no entry in this test, with the reason. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "POST /api/v1/internal/events", "Publishing does not change the workspace. The log has the event.",
            "POST /api/v1/internal/erasures",
                    "It needs a publisher's token. ErasureTest.forgets looks for its entries.",
            "POST /api/v1/external/webhooks/{id}/conditions/try", "It changes nothing and sends nothing.",
            "POST /api/v1/external/webhooks/{id}/deliveries/{delivery}/skip",
                    "It needs a waiting delivery. RecordOrderTest.skip looks for its entry.",
            "POST /settings/webhooks/{id}/logs/{delivery}/skip", "As above.",
            "POST /preferences", "It changes only a cookie.",
            "POST /inbox/{token}", "It belongs to the receiver of the evaluation mode, which is not audited.",
            "POST /inbox/{token}/answer", "It belongs to the receiver of the evaluation mode, which is not audited.",
            "POST /setup", "It works only in an empty database. SetupPageTest.once looks for its entry.");

    /** Routes that change nothing but are audited, because they reveal data. */
    private static final List<String> REVEALS =
            List.of("GET /api/v1/external/webhooks/{id}/secret", "GET /api/v1/external/deliveries/export");

    /** The fields of all forms. A form ignores the fields that it does not have. */
    private static final Map<String, Object> FIELDS = Map.ofEntries(
            entry("description", "Another one"),
            entry("events", "lead.created"),
            entry("event", "lead.created"),
            entry("data", "{\"id\":\"1\"}"),
            entry("overlap_hours", "1"),
            entry("since", "2026-01-01T00:00"),
            entry("name", "A key"),
            entry("kind", "slack"),
            entry("scopes", "read"),
            entry("password", TestWorkspace.PASSWORD),
            entry("current", TestWorkspace.PASSWORD),
            entry("new", "another long password"),
            entry("again", "another long password"),
            entry("emails", "nobody@example.com"),
            entry("sure", "yes"));

    private static final Map<String, String> BODIES = Map.ofEntries(
            entry("POST /api/v1/external/webhooks", "{\"url\":\"%s\",\"events\":[\"lead.created\"]}"),
            entry("POST /api/v1/external/alert-channels", "{\"kind\":\"slack\",\"name\":\"A\",\"url\":\"%s\"}"),
            entry("PATCH /api/v1/external/alert-channels/{id}", "{\"name\":\"Another one\"}"),
            entry("PATCH /api/v1/external/webhooks/{id}", "{\"description\":\"Another one\"}"),
            entry("POST /api/v1/external/webhooks/{id}/test", "{\"event\":\"lead.created\"}"),
            entry("POST /api/v1/external/recover", "{\"since\":\"2026-01-01T00:00:00Z\"}"),
            entry("POST /api/v1/external/webhooks/{id}/recover", "{\"since\":\"2026-01-01T00:00:00Z\"}"),
            entry(
                    "POST /api/v1/external/webhooks/{id}/replay",
                    "{\"since\":\"2026-01-01T00:00:00Z\",\"only\":\"missing\"}"),
            entry("POST /api/v1/external/webhooks/{id}/deliveries/retry", "{\"status\":\"failed\"}"),
            entry("POST /api/v1/external/deliveries/retry", "{\"status\":\"failed\"}"),
            entry("PUT /api/v1/external/retention", "{\"body_days\":null}"));

    @AutoClose
    private final Receiver receiver = Receiver.start();

    static Stream<Route> changes() {
        return Route.all().stream()
                .filter(route -> REVEALS.contains(route.toString())
                        || !route.isGet() && !EXCEPTIONS.containsKey(route.toString()))
                // Routes of tests.
                .filter(route -> !route.path().contains("probe"));
    }

    @ParameterizedTest(name = "{0} is in the audit log, with who, when and from where")
    @DisplayName("any route is in the audit log")
    @MethodSource("changes")
    void hasEntry(Route route) {
        var filled = FilledWorkspace.create(receiver);
        var workspace = filled.api().workspace();
        receiver.answer(Answer.status(200));
        var address = filled.address(route).replace(filled.job(), prepare(route, filled));
        var visitor = Visitor.signedIn(workspace.admin());
        var key = workspace.apiKey(ApiKey.READ, ApiKey.WRITE);
        long before = entries(workspace).size();

        var answer = route.isApi() ? askApi(key, route, address) : askPage(visitor, route, address, filled);

        assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 201, 202, 303);
        var made = entries(workspace).stream().skip(before).toList();
        assertThat(made).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.actor).matches(route.isApi() ? "API key .*" : workspace.admin());
            assertThat(entry.ip).isEqualTo("127.0.0.1");
            assertThat(entry.at).isNotNull();
        });
    }

    /** Creates what the route changes. Returns the job. */
    private String prepare(Route route, FilledWorkspace filled) {
        var api = filled.api();
        var webhook = "/webhooks/" + filled.webhook();
        if (route.path().endsWith("/secret/switch")) {
            api.post(webhook + "/secret/rotate").then().statusCode(200);
        } else if (route.path().endsWith("/enable")) {
            api.patch(webhook, Map.of("enabled", false)).then().statusCode(200);
        } else if (route.path().endsWith("/cancel")) {
            return longJob(api, webhook);
        }
        return filled.job();
    }

    /** Starts a job that takes about 20 seconds. */
    private static String longJob(Api api, String webhook) {
        api.patch(webhook, Map.of("enabled", false)).then().statusCode(200);
        var event = "{\"event\":\"lead.created\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":{}}";
        Api.publish("[" + String.join(",", Collections.nCopies(1_000, event)) + "]")
                .then()
                .statusCode(202);
        api.patch(webhook, Map.of("enabled", true)).then().statusCode(200);
        return api.post(webhook + "/recover", Map.of("since", "2026-01-01T00:00:00Z"))
                .then()
                .statusCode(202)
                .extract()
                .path("data.job.id");
    }

    private static List<AuditEntry> entries(TestWorkspace workspace) {
        return DatabaseRole.HOST.call(() -> AuditEntry.list("workspaceId = ?1 order by id", workspace.id()));
    }

    private Response askPage(Visitor visitor, Route route, String address, FilledWorkspace filled) {
        var fields = new HashMap<>(FIELDS);
        fields.put("url", receiver.url("/new"));
        fields.put("email", filled.api().workspace().admin());
        fields.put("delivery", filled.delivery());
        var filters = route.path().endsWith("/retry-one") ? "?status=retrying" : "";
        return FilledWorkspace.ask(visitor.form().formParams(fields), route, address + filters);
    }

    private Response askApi(String key, Route route, String address) {
        var request = given().header("Authorization", "Bearer " + key);
        var body = BODIES.getOrDefault(route.toString(), "{}").formatted(receiver.url("/new"));
        return FilledWorkspace.ask(
                route.isGet()
                        ? request
                        : request.contentType("application/json").body(body),
                route,
                address);
    }
}
