package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("An API key")
class ApiKeyTest {

    private static final String PROBE = "/api/v1/external/probe";

    @Inject
    SettableClock clock;

    private TestWorkspace workspace;

    @BeforeEach
    void create() {
        workspace = TestWorkspace.create();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    private static ValidatableResponse read(String key) {
        return given().header("Authorization", "Bearer " + key).get(PROBE).then();
    }

    private static ApiKey stored(String key) {
        return DatabaseRole.HOST.call(() -> ApiKey.findByPlaintext(key).orElseThrow());
    }

    private String keyFrom(String... networks) {
        return workspace.apiKey(new ApiKey.Terms("From there", Set.of("read"), List.of(networks), null));
    }

    @Test
    @DisplayName("gives access to its own workspace and names the caller")
    void opens() {
        read(workspace.apiKey("read"))
                .statusCode(200)
                .body("success", equalTo(true))
                .body("data.workspace_id", equalTo(workspace.id()))
                .body("data.called_by", equalTo("Test key"))
                .body("data.is_admin", equalTo(false))
                .body("data.ip", equalTo("127.0.0.1"));
    }

    @Test
    @DisplayName("is accepted with any case of the scheme")
    void schemeInAnyCase() {
        given().header("Authorization", "bearer " + workspace.apiKey("read"))
                .get(PROBE)
                .then()
                .statusCode(200);
    }

    @Test
    @DisplayName("that is missing gets a 401 that asks for one")
    void missing() {
        given().get(PROBE)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer")
                .body("success", equalTo(false))
                .body("code", equalTo("unauthorized"))
                .body("error", containsString("Authorization: Bearer fc_live_"));
    }

    @Test
    @DisplayName("needs the scope of the call, which the error names")
    void scope() {
        given().header("Authorization", "Bearer " + workspace.apiKey("read"))
                .delete(PROBE)
                .then()
                .statusCode(403)
                .body("code", equalTo("missing_scope"))
                .body("error", containsString("scope write"));
        read(workspace.apiKey("write")).statusCode(403).body("error", containsString("scope read"));
        read(workspace.apiKey("read", "write")).statusCode(200);
    }

    @Test
    @DisplayName("stops when it expires")
    void expires() {
        var key = workspace.apiKey(new ApiKey.Terms(
                "Short", Set.of("read"), List.of(), Instant.now().plus(Duration.ofDays(1))));
        read(key).statusCode(200);

        clock.advance(Duration.ofDays(1).plusSeconds(1));
        read(key).statusCode(401).body("error", equalTo("This API key has expired."));
    }

    @Test
    @DisplayName("stops when it is revoked")
    void revoked() {
        var key = workspace.apiKey("read");
        DatabaseRole.HOST.run(() -> ApiKey.findByPlaintext(key).orElseThrow().revoke(Instant.now()));

        read(key).statusCode(401).body("error", equalTo("This API key was revoked."));
    }

    @ParameterizedTest
    @DisplayName("can be limited to addresses that include the caller's")
    @ValueSource(strings = {"127.0.0.1", "127.0.0.0/8", "0.0.0.0/0", "::ffff:127.0.0.1"})
    void allowedAddress(String network) {
        read(keyFrom("203.0.113.7", network)).statusCode(200);
    }

    @ParameterizedTest
    @DisplayName("limited to other addresses is rejected, with the caller's address in the error")
    @ValueSource(strings = {"203.0.113.7", "127.0.0.2/32", "128.0.0.0/1", "::/0"})
    void otherAddress(String network) {
        read(keyFrom(network))
                .statusCode(403)
                .body("code", equalTo("address_not_allowed"))
                .body("error", containsString("127.0.0.1"));
    }

    @Test
    @DisplayName("ignores address headers if no proxy is trusted")
    void forwardedFor() {
        given().header("Authorization", "Bearer " + keyFrom("203.0.113.7"))
                .header("X-Forwarded-For", "203.0.113.7")
                .header("Forwarded", "for=203.0.113.7")
                .get(PROBE)
                .then()
                .statusCode(403)
                .body("error", containsString("127.0.0.1"));
    }

    @ParameterizedTest
    @DisplayName("cannot be limited to invalid addresses")
    @ValueSource(strings = {"", "localhost", "127.1", "010.0.0.1", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/"})
    void noAddress(String network) {
        assertThatThrownBy(() -> new ApiKey.Terms("Key", Set.of("read"), List.of(network), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an IP address or network");
    }

    @Test
    @DisplayName("accepts only existing scopes")
    void scopesExist() {
        assertThatThrownBy(() -> new ApiKey.Terms("Key", Set.of(), List.of(), null))
                .hasMessageContaining("at least one scope");
        assertThatThrownBy(() -> new ApiKey.Terms("Key", Set.of("admin"), List.of(), null))
                .hasMessageContaining("at least one scope");
    }

    @Test
    @DisplayName("has 178 random bits and a checksum that detects every single mistyped character")
    void checksum() {
        var key = KeyFormat.random();
        assertThat(key).matches("fc_live_[0-9A-Za-z]{36}").isNotEqualTo(KeyFormat.random());
        assertThat(KeyFormat.isWellFormed(key)).isTrue();

        for (int place = "fc_live_".length(); place < key.length(); place++) {
            var mistyped = new StringBuilder(key);
            mistyped.setCharAt(place, key.charAt(place) == 'x' ? 'y' : 'x');
            assertThat(KeyFormat.isWellFormed(mistyped.toString())).isFalse();
        }
    }

    @Test
    @DisplayName("that is unknown, mistyped or malformed gives no access")
    void unknown() {
        read(KeyFormat.random()).statusCode(401).body("error", equalTo("Unknown API key."));
        var key = workspace.apiKey("read");
        read(key + "x").statusCode(401).body("error", containsString("a key has 44 letters and digits"));
        read("fc_live_").statusCode(401).body("error", containsString("incomplete"));
        read(key.substring(0, 43) + (key.endsWith("0") ? "1" : "0"))
                .statusCode(401)
                .body("error", containsString("typo"));
        read("sk_live_1").statusCode(401).body("error", containsString("Keys start with fc_live_"));
        read("").statusCode(401);
    }

    @Test
    @DisplayName("is stored only as a hash and its first characters")
    void storesHashOnly() {
        var key = workspace.apiKey("read");

        assertThat(stored(key).prefix).isEqualTo(key.substring(0, 12));
        assertThat(stored(key).keyHash).isEqualTo(Hashes.sha256(key));
    }

    @Test
    @DisplayName("records its last use to the minute")
    void lastUse() {
        var key = workspace.apiKey("read");
        assertThat(stored(key).lastUsedAt).isNull();

        read(key).statusCode(200);
        var first = stored(key).lastUsedAt;
        assertThat(first).isNotNull();

        clock.advance(Duration.ofSeconds(30));
        read(key).statusCode(200);
        assertThat(stored(key).lastUsedAt).isEqualTo(first);

        clock.advance(Duration.ofSeconds(31));
        read(key).statusCode(200);
        assertThat(stored(key).lastUsedAt).isAfter(first.plusSeconds(60));
    }

    @Test
    @DisplayName("can be created with a given plain text if that is well-formed")
    void knownBeforehand() {
        var plaintext = KeyFormat.random();
        var terms = new ApiKey.Terms("Demo", Set.of("read"), List.of(), null);
        DatabaseRole.HOST.run(() -> ApiKey.create(workspace.id(), terms, Instant.now(), plaintext));

        read(plaintext).statusCode(200);
        assertThatThrownBy(() -> ApiKey.create(workspace.id(), terms, Instant.now(), "fc_live_demo"))
                .hasMessageContaining("checksum");
    }

    @Test
    @DisplayName("is found only by its own workspace")
    void isolation() {
        var id = stored(workspace.apiKey("read")).id;
        var other = TestWorkspace.create();

        DatabaseRole.HOST.run(() -> {
            assertThat(ApiKey.findIn(workspace.id(), id)).isPresent();
            assertThat(ApiKey.findIn(other.id(), id)).isEmpty();
            assertThat(ApiKey.listOf(other.id())).isEmpty();
        });
    }
}
