package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.access.signin.InstallationProfile;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Set;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

/** The test itself is the nearest proxy. The header names the other proxy and the client. */
@QuarkusTest
@TestProfile(InstallationProfile.class)
@DisplayName("Behind trusted proxies, a request comes from")
class ClientAddressTest {

    private static final String PROBE = "/api/v1/external/probe";

    private final TestWorkspace workspace = TestWorkspace.create();

    @ParameterizedTest
    @DisplayName("the last address in the header that is not a proxy's")
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "'203.0.113.7, 10.1.2.3', 203.0.113.7",
        "'198.51.100.1, 203.0.113.7, 10.1.2.3', 203.0.113.7",
        "'10.1.9.9, 203.0.113.7', 203.0.113.7",
        "2001:DB8:2::0001, 2001:db8:2::1",
        "[2001:db8:2::1], 2001:db8:2::1",
        "'2001:db8:2::1, 2001:db8:1::5', 2001:db8:2::1",
        "::ffff:203.0.113.7, 203.0.113.7",
        "'203.0.113.7, unknown', 127.0.0.1",
        "'203.0.113.7, 10.1.2.3:99999', 127.0.0.1",
        "'203.0.113.7,', 203.0.113.7",
        "'10.1.2.3, 10.1.2.4', 10.1.2.3",
        "<script>, 127.0.0.1"
    })
    void nearestStranger(String forwardedFor, String client) {
        given().header("Authorization", "Bearer " + workspace.apiKey("read"))
                .header("X-Forwarded-For", forwardedFor)
                .get(PROBE)
                .then()
                .statusCode(200)
                .body("data.ip", equalTo(client));
    }

    @Test
    @DisplayName("the last of several headers, so that an allowed address cannot be forged")
    void cannotBeMadeUp() {
        var key = workspace.apiKey(new ApiKey.Terms("Bound", Set.of("read"), List.of("203.0.113.7"), null));
        given().header("Authorization", "Bearer " + key)
                .header("X-Forwarded-For", "203.0.113.7", "198.51.100.1")
                .header("X-Real-IP", "203.0.113.7")
                .header("Forwarded", "for=203.0.113.7")
                .get(PROBE)
                .then()
                .statusCode(403)
                .body("error", containsString("198.51.100.1"));
        given().header("Authorization", "Bearer " + key)
                .header("X-Forwarded-For", "198.51.100.1", "203.0.113.7")
                .get(PROBE)
                .then()
                .statusCode(200);
    }
}
