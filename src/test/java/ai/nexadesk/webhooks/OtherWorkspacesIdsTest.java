package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.FilledWorkspace;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends the IDs of another workspace in every parameter, form field, and JSON member, including those of routes added
 * later.
 */
@QuarkusTest
@DisplayName("An ID of another workspace reveals and changes nothing")
class OtherWorkspacesIdsTest {

    /** What people and programs have created in a workspace. It excludes what the delivery engine changes meanwhile. */
    private static final String MADE = """
            select concat_ws(' ', (select count(*) from audit_entry where workspace_id = ?),
                (select count(*) from api_key where workspace_id = ? and revoked_at is null),
                (select count(*) from job where workspace_id = ?),
                (select string_agg(id || url || status || version, ',' order by id) from webhook where workspace_id = ?),
                (select count(*) from attempt a join delivery d on d.id = a.delivery_id
                    where d.workspace_id = ? and a.trigger <> 'automatic'))
            """;

    private final SoftAssertions softly = new SoftAssertions();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private FilledWorkspace theirs;
    private FilledWorkspace mine;
    private Visitor me;
    private String key;
    private String before;

    @BeforeEach
    void fill() {
        theirs = FilledWorkspace.create(receiver);
        mine = FilledWorkspace.create(receiver);
        me = Visitor.signedIn(mine.api().workspace().admin());
        key = mine.api().workspace().apiKey(ApiKey.READ, ApiKey.WRITE);
        before = made();
    }

    @AfterEach
    void close() {
        softly.assertAll();
        assertThat(made()).isEqualTo(before);
    }

    private String made() {
        var id = theirs.api().workspace().id();
        return new Sql().text(MADE, id, id, id, id, id);
    }

    private List<String> ids() {
        return List.of(
                theirs.webhook(),
                theirs.event(),
                theirs.delivery(),
                theirs.job(),
                theirs.key(),
                theirs.channel(),
                theirs.api().workspace().id());
    }

    @Test
    @DisplayName("in any parameter of any page or resource, and in any field of any form")
    void parameters() {
        var routes = Route.all().stream()
                .filter(route -> route.isApi() || route.path().startsWith("/settings"))
                // Wrong passwords would lock the account for a while.
                .filter(route -> !route.path().startsWith("/settings/account"))
                .filter(route -> !route.parameters().isEmpty())
                .toList();
        assertThat(routes).hasSizeGreaterThan(20);
        for (var route : routes) {
            for (var parameter : route.parameters()) {
                for (var id : ids()) {
                    expectNothing(route + " with " + parameter + "=" + id, id, ask(route, parameter, id));
                }
            }
        }
    }

    private Response ask(Route route, String parameter, String id) {
        var address = mine.address(route).replaceFirst("\\?.*", "");
        if (route.isApi()) {
            return FilledWorkspace.ask(
                    given().header("Authorization", "Bearer " + key).queryParam(parameter, id), route, address);
        }
        var request = route.isGet()
                ? me.request().queryParam(parameter, id)
                : me.form().formParam(parameter, id).queryParam(parameter, id);
        return FilledWorkspace.ask(request, route, address);
    }

    @Test
    @DisplayName("in any member of any body of the API")
    void members() {
        var description = ApiDescription.read();
        for (var operation : description.operations()) {
            var schema = description.resolve(operation.json().at("/requestBody/content/application~1json/schema"));
            var members = description.resolve(schema).path("properties");
            if (!operation.path().contains("/external/")) {
                continue;
            }
            var route = new Route(operation.method().toUpperCase(Locale.ROOT), operation.path(), Set.of(), Set.of());
            members.fieldNames().forEachRemaining(member -> ids().forEach(id -> Stream.of(
                            "\"" + id + "\"", "[\"" + id + "\"]")
                    .forEach(value -> {
                        var body = "{\"" + member + "\":" + value + "}";
                        var request = given().header("Authorization", "Bearer " + key)
                                .contentType("application/json")
                                .body(body);
                        expectNothing(route + " " + body, id, FilledWorkspace.ask(request, route, mine.address(route)));
                    })));
        }
    }

    private void expectNothing(String what, String asked, Response answer) {
        softly.assertThat(answer.statusCode()).as(what).isLessThan(500);
        // The response may repeat the requested value.
        var text = answer.asString().replace(asked, "");
        softly.assertThat(ids()).as(what).noneMatch(text::contains);
        softly.assertThat(text).as(what).doesNotContain(theirs.api().workspace().admin());
    }
}
