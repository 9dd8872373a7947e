package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import static ai.nexadesk.webhooks.testing.FilledWorkspace.ask;
import static ai.nexadesk.webhooks.testing.FilledWorkspace.askApi;
import static ai.nexadesk.webhooks.testing.FilledWorkspace.askPage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** Tests all routes, including those that are added later. */
@QuarkusTest
@DisplayName("Every route")
class RoutesTest {

    /**
     * Routes that make changes without requiring a role, or that require only a signed-in person. All other changes are
     * for admins or API keys.
     */
    private static final Set<String> NOT_FOR_ADMINS_ONLY = Set.of(
            "POST /login",
            "POST /logout",
            "POST /setup",
            "POST /preferences",
            "POST /inbox/{token}",
            "POST /inbox/{token}/answer",
            "POST /settings/account/password",
            "POST /settings/account/sign-out-everywhere");

    /** Routes that redirect everyone to another page. */
    private static final Set<String> ELSEWHERE = Set.of("/settings/failed", "/settings/go/id");

    private final SoftAssertions softly = new SoftAssertions();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private FilledWorkspace filled;
    private Api api;
    private String webhook;
    private String event;
    private String delivery;

    @BeforeEach
    void fill() {
        filled = FilledWorkspace.create(receiver);
        api = filled.api();
        webhook = filled.webhook();
        event = filled.event();
        delivery = filled.delivery();
    }

    private static List<Route> routes(Predicate<Route> wanted) {
        var found = Route.all().stream().filter(wanted).toList();
        assertThat(found).isNotEmpty();
        return found;
    }

    private String address(Route route) {
        return filled.address(route);
    }

    @Test
    @DisplayName("declares who may use it, and changes nothing for agents except their own data")
    void roles() {
        assertThat(routes(route -> !route.isGet()))
                .filteredOn(route -> !route.roles().equals(Set.of(Role.IS_ADMIN))
                        && !route.roles().equals(Set.of(ApiKey.WRITE))
                        && !route.roles().equals(Set.of(Role.IS_PUBLISHER)))
                .extracting(Route::toString)
                .isSubsetOf(NOT_FOR_ADMINS_ONLY);
        assertThat(routes(route -> route.isApi() || route.path().startsWith("/settings")))
                .allSatisfy(
                        route -> assertThat(route.roles()).as(route.toString()).isNotEmpty());
    }

    @Test
    @DisplayName("for admins rejects agents, and other routes show them no secret")
    void asAgent() {
        var agent = Visitor.signedIn(api.workspace().agent());
        for (var route : routes(route -> route.roles().contains(Role.IS_ADMIN))) {
            var answer = askPage(agent, route, address(route));
            softly.assertThat(answer.statusCode()).as(route.toString()).isEqualTo(403);
            softly.assertThat(answer.asString()).as(route.toString()).doesNotContain("whsec_", "fc_live_");
        }
        for (var route : routes(route -> route.isGet() && route.roles().contains(Role.IS_AGENT))) {
            var answer = askPage(agent, route, address(route));
            int found = ELSEWHERE.contains(route.path()) ? 303 : 200;
            softly.assertThat(answer.statusCode()).as(route.toString()).isIn(found, 204);
            softly.assertThat(answer.asString()).as(route.toString()).doesNotContain(api.secret(webhook));
        }
        softly.assertAll();
    }

    @Test
    @DisplayName("of the settings redirects strangers to the sign-in page, and one of the API asks them for a key")
    void asStranger() {
        for (var route : routes(route -> route.path().startsWith("/settings"))) {
            var token = TestWorkspace.csrfToken();
            var form = given().cookie("nexadesk-csrf", token).header("X-CSRF-TOKEN", token);
            softly.assertThat(ask(form, route, address(route)).statusCode())
                    .as(route.toString())
                    .isEqualTo(303);
        }
        var session = TestWorkspace.signIn(api.workspace().admin());
        for (var route : routes(Route::isApi)) {
            softly.assertThat(ask(
                                    given().cookie(TestWorkspace.SESSION, session)
                                            .contentType("application/json"),
                                    route,
                                    address(route))
                            .statusCode())
                    .as(route.toString())
                    .isEqualTo(401);
        }
        softly.assertAll();
    }

    @Test
    @DisplayName("of the API that makes changes rejects a read-only key")
    void readOnlyKey() {
        var readOnly = api.workspace().apiKey(ApiKey.READ);
        for (var route : routes(route -> route.roles().contains(ApiKey.WRITE))) {
            softly.assertThat(askApi(readOnly, route, address(route)).statusCode())
                    .as(route.toString())
                    .isEqualTo(403);
        }
        softly.assertAll();
    }

    @Test
    @DisplayName("with another workspace's IDs returns 404 and changes nothing")
    void otherWorkspace() {
        var other = Api.ofNewWorkspace();
        var stranger = Visitor.signedIn(other.workspace().admin());
        var strangersKey = other.workspace().apiKey(ApiKey.READ, ApiKey.WRITE);
        var strangersWebhook = other.createWebhook(receiver.url("/strangers"), "*");
        var before = api.configuration(webhook);
        var owner = Visitor.signedIn(api.workspace().admin());
        var ownersKey = api.workspace().apiKey(ApiKey.READ, ApiKey.WRITE);

        for (var route :
                routes(route -> route.path().contains("{id}") && !route.roles().contains(Role.IS_PUBLISHER))) {
            var address = address(route);
            softly.assertThat(
                            route.isApi()
                                    ? askApi(strangersKey, route, address).statusCode()
                                    : askPage(stranger, route, address).statusCode())
                    .as(route.toString())
                    .isEqualTo(404);
            var mixed = address.replace(webhook, strangersWebhook);
            if (route.path().contains("{delivery}")) {
                softly.assertThat(
                                route.isApi()
                                        ? askApi(strangersKey, route, mixed).statusCode()
                                        : askPage(stranger, route, mixed).statusCode())
                        .as(route + " of the stranger's own webhook")
                        .isEqualTo(404);
            }
            if (route.isGet()) {
                softly.assertThat(
                                route.isApi()
                                        ? askApi(ownersKey, route, address).statusCode()
                                        : askPage(owner, route, address).statusCode())
                        .as(route + " for its owner")
                        .isIn(200, 204);
            }
        }
        softly.assertAll();
        assertThat(api.configuration(webhook)).isEqualTo(before);
        assertThat(api.delivery(webhook, delivery).getInt("data.attempt_count")).isEqualTo(1);
    }

    @Test
    @DisplayName("accepts no ID of another workspace as a parameter or form field")
    void otherWorkspaceInParameters() {
        var other = Api.ofNewWorkspace();
        var stranger = Visitor.signedIn(other.workspace().admin());
        for (var q : List.of(event, delivery, "canary-lead", webhook)) {
            assertThat(other.get("/deliveries?q=" + q).getList("data")).isEmpty();
        }
        assertThat(stranger.get("/settings/find-event?id=" + event).asString())
                .contains("No event has this ID")
                .doesNotContain(webhook);
        stranger.post("/settings/needs-attention/selected", Map.of("delivery", delivery));
        assertThat(api.delivery(webhook, delivery).getInt("data.attempt_count")).isEqualTo(1);
        for (var page : List.of(
                "/settings/webhooks",
                "/settings/needs-attention",
                "/settings/jobs",
                "/settings/api-keys",
                "/settings/alert-channels",
                "/settings/audit-log")) {
            assertThat(stranger.get(page).asString())
                    .as(page)
                    .doesNotContain(webhook, delivery, filled.job(), filled.key(), event);
        }
    }
}
