package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("API keys, for programs,")
class ApiKeyResourceTest {

    private static final String KEYS = "/api/v1/external/api-keys";

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();
    private final TestWorkspace workspace = api.workspace();

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    private static RequestSpecification by(String key) {
        return given().header("Authorization", "Bearer " + key).contentType("application/json");
    }

    /** The ID of this key in the API. */
    private String idOf(String key) {
        return DatabaseRole.HOST.call(() ->
                "key_" + ApiKey.findByPlaintext(key).orElseThrow().id.toString().replace("-", ""));
    }

    private List<AuditEntry> revocations() {
        return DatabaseRole.HOST.call(
                () -> AuditEntry.list("workspaceId = ?1 and action = 'api_key.revoked' order by id", workspace.id()));
    }

    @Test
    @DisplayName("are listed as on the page, with only their first characters")
    void list() {
        var end = clock.instant().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
        var bound = workspace.apiKey(new ApiKey.Terms("Bound", Set.of("write"), List.of("203.0.113.0/24", "::1"), end));

        var answer = by(workspace.apiKey("write")).get(KEYS);
        var bare = answer.jsonPath();
        assertThat(bare.getList("data.name")).containsExactly("Test key", "Bound", "Test key");
        assertThat(bare.getMap("data[1]"))
                .containsEntry("id", idOf(bound))
                .containsEntry("prefix", bound.substring(0, 12))
                .containsEntry("scopes", List.of("write"))
                .containsEntry("allowed_ips", List.of("203.0.113.0/24", "::1"))
                .containsEntry("status", "active")
                .containsEntry("last_used_at", null)
                .containsEntry("expires_at", end.toString())
                .containsEntry("revoked_at", null);
        assertThat(bare.getString("data[0].last_used_at")).isNotNull();
        assertThat(answer.asString()).doesNotContainPattern("fc_live_[0-9A-Za-z]{5}");

        assertThat(api.get("/api-keys/" + idOf(bound)).getMap("data")).isEqualTo(bare.getMap("data[1]"));
        clock.advance(Duration.ofDays(1).plusSeconds(1));
        assertThat(api.get("/api-keys/" + idOf(bound)).getString("data.status")).isEqualTo("expired");
    }

    @Test
    @DisplayName("are listed in parts and in both orders")
    void parts() {
        for (var name : List.of("One", "Two", "Three")) {
            workspace.apiKey(new ApiKey.Terms(name, Set.of("read"), List.of(), null));
            clock.advance(Duration.ofSeconds(1));
        }
        var first = api.get("/api-keys?limit=2");
        assertThat(first.getList("data.name")).containsExactly("Three", "Two");
        assertThat(first.getInt("pagination.total_count")).isEqualTo(4);
        var rest = api.get("/api-keys?limit=2&cursor=" + first.getString("pagination.next_cursor"));
        assertThat(rest.getList("data.name")).containsExactly("One", "Test key");
        assertThat(rest.getBoolean("pagination.has_more")).isFalse();
        assertThat(api.get("/api-keys?sort=created_at:asc").getList("data.name"))
                .containsExactly("Test key", "One", "Two", "Three");
        by(workspace.apiKey("write"))
                .get(KEYS + "?sort=name:asc")
                .then()
                .statusCode(400)
                .body("code", equalTo("validation_failed"));
    }

    @Test
    @DisplayName("can be revoked by a key: rejected from the next request on, still listed, and audited once")
    void revoke() {
        var victim = workspace.apiKey("read");
        by(victim).get("/api/v1/external/webhooks").then().statusCode(200);
        String at = api.delete("/api-keys/" + idOf(victim))
                .then()
                .statusCode(200)
                .body("data.id", equalTo(idOf(victim)), "data.status", equalTo("revoked"))
                .extract()
                .path("data.revoked_at");
        by(victim)
                .get("/api/v1/external/webhooks")
                .then()
                .statusCode(401)
                .body("error", equalTo("This API key was revoked."));

        clock.advance(Duration.ofMinutes(1));
        api.delete("/api-keys/" + idOf(victim)).then().statusCode(200).body("data.revoked_at", equalTo(at));
        assertThat(api.get("/api-keys/" + idOf(victim)).getString("data.revoked_at"))
                .isEqualTo(at);
        assertThat(revocations()).singleElement().satisfies(entry -> {
            assertThat(entry.actor).startsWith("API key Test key (fc_live_");
            assertThat(entry.subject).isEqualTo(victim.substring(0, 12));
            assertThat(entry.detail).isEqualTo("Test key");
            assertThat(entry.ip).isEqualTo("127.0.0.1");
        });
    }

    @Test
    @DisplayName("can revoke themselves")
    void revokesItself() {
        var key = workspace.apiKey("write");
        by(key).delete(KEYS + "/" + idOf(key)).then().statusCode(200).body("data.status", equalTo("revoked"));
        by(key).get(KEYS).then().statusCode(401).body("data", nullValue());
        assertThat(revocations()).hasSize(1);
    }

    @Test
    @DisplayName("require the scope write, even for reading")
    void writeOnly() {
        var reader = workspace.apiKey("read");
        by(reader).get(KEYS).then().statusCode(403).body("error", containsString("scope write"));
        by(reader).get(KEYS + "/" + idOf(reader)).then().statusCode(403);
        by(reader).delete(KEYS + "/" + idOf(reader)).then().statusCode(403);
        by(reader).get("/api/v1/external/webhooks").then().statusCode(200);
    }

    @ParameterizedTest
    @DisplayName("cannot be created or extended by a key")
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void makesNone(String method) {
        var key = workspace.apiKey("read", "write");
        var body = Map.of("name", "Successor", "scopes", List.of("read", "write"), "allowed_ips", List.of());
        by(key).body(body).request(method, KEYS).then().statusCode(405).header("Allow", containsString("GET"));
        by(key).body(body).request(method, KEYS + "/" + idOf(key)).then().statusCode(405);
        DatabaseRole.HOST.run(() -> assertThat(ApiKey.listOf(workspace.id()))
                .hasSize(2)
                .extracting(found -> found.name)
                .containsOnly("Test key"));
    }

    @Test
    @DisplayName("of another workspace are not found, nor are malformed IDs")
    void otherWorkspace() {
        var theirs = TestWorkspace.create().apiKey("read");
        for (var id : List.of(
                idOf(theirs), "key_" + "0".repeat(32), "key_x", idOf(theirs).substring(4), "fc_live_a1B2")) {
            by(workspace.apiKey("read", "write"))
                    .get(KEYS + "/" + id)
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("not_found"));
            api.delete("/api-keys/" + id).then().statusCode(404);
        }
        by(theirs).get("/api/v1/external/webhooks").then().statusCode(200);
    }
}
