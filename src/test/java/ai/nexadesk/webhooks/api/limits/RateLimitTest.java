package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.access.signin.InstallationProfile;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@TestProfile(InstallationProfile.class)
@DisplayName("A key")
class RateLimitTest {

    private static final String PATH = "/api/v1/external/event-types/lead.created";

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("may make 100 requests in any 60 seconds, and every response says how many are left")
    void slides() {
        for (int left = 99; left >= 0; left--) {
            if (left == 49) {
                age(30);
            }
            api.request()
                    .get(PATH)
                    .then()
                    .statusCode(200)
                    .header("X-RateLimit-Limit", "100")
                    .header("X-RateLimit-Remaining", Integer.toString(left))
                    .header("Retry-After", nullValue());
        }
        var refused = api.request().get(PATH);
        refused.then()
                .statusCode(429)
                .body("code", equalTo("rate_limited"))
                .header("X-RateLimit-Limit", "100")
                .header("X-RateLimit-Remaining", "0");
        long wait = Long.parseLong(refused.header("Retry-After"));
        assertThat(wait).as("until the first request leaves the window").isBetween(1L, 30L);
        assertThat(Long.parseLong(refused.header("X-RateLimit-Reset"))
                        - Instant.now().getEpochSecond())
                .as("until the last request leaves the window")
                .isBetween(wait, 61L);
        age(wait);
        api.request().get(PATH).then().statusCode(200);
    }

    @Test
    @DisplayName("is counted separately, even if nothing is found or the request is rejected")
    void everyAnswer() {
        api.request().get(PATH);
        Api.ofNewWorkspace().request().get(PATH).then().header("X-RateLimit-Remaining", "99");
        api.request().get("/api/v1/external/nothing").then().statusCode(404).header("X-RateLimit-Remaining", "98");
        api.request().delete(PATH).then().statusCode(405).header("X-RateLimit-Remaining", "97");
        api.request().get(PATH + "?x=1").then().statusCode(400).header("X-RateLimit-Remaining", "96");
        api.request().accept("text/xml").get(PATH).then().statusCode(406).header("X-RateLimit-Remaining", "95");
        api.post("/webhooks", Map.of("url", "x")).then().statusCode(400).header("X-RateLimit-Remaining", "94");
        given().header("Authorization", "Bearer fc_live_nobodys")
                .get(PATH)
                .then()
                .statusCode(401)
                .header("X-RateLimit-Limit", nullValue());
        given().get("/login").then().header("X-RateLimit-Limit", nullValue());
        api.request().get(PATH).then().header("X-RateLimit-Reset", notNullValue());
    }

    @ParameterizedTest
    @DisplayName("is counted even if the server responds before routing")
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/external/webhooks;x=1  | Host: localhost          | 400",
                "GET /api/v1/external/x/../webhooks | Host: localhost          | 400",
                "GET /api/v1/external/webhooks/%2f  | Host: localhost          | 400",
                "GET /api/v1/external/webhooks      | X: no host               | 400",
                "GET /api/v1/external/webhooks      | Host: a ~ Host: b         | 400",
                "POST /api/v1/external/webhooks     | Host: localhost ~ Content-Length: 70000000 | 413",
                "GET /api/v1/webhooks               | Host: localhost          | 404",
                "PUT /api/v2                        | Host: localhost          | 404",
                "FETCH /api/v1/external/webhooks    | Host: localhost          | 405",
                "TRACE /api/v1/external/webhooks    | Host: localhost          | 405"
            })
    void early(String line, String headers, int status) throws IOException {
        api.request().get(PATH).then().header("X-RateLimit-Remaining", "99");
        var request = line + " HTTP/1.1\r\n" + headers.replace(" ~ ", "\r\n") + "\r\nConnection: close\r\n"
                + "Authorization: Bearer " + api.key() + "\r\n\r\n";
        var reply = RawHttp.send(RestAssured.port, request.getBytes(StandardCharsets.US_ASCII), false, 10_000);
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text())
                .contains("X-RateLimit-Limit: 100\r\n", "X-RateLimit-Remaining: 98\r\n", "X-RateLimit-Reset: ");
    }

    @Test
    @DisplayName("is rejected with 429 even if the server responds before routing")
    void earlyAndTooMany() {
        for (int i = 0; i < 100; i++) {
            api.request().urlEncodingEnabled(false).get(PATH + ";x=1").then().statusCode(400);
        }
        api.request()
                .urlEncodingEnabled(false)
                .get(PATH + ";x=1")
                .then()
                .statusCode(429)
                .body("code", equalTo("rate_limited"))
                .header("Retry-After", notNullValue());
    }

    /** Makes the requests of this workspace's keys this many seconds older. */
    private void age(long seconds) {
        new Sql().run("""
                update request_window set times = array(select t - ? * interval '1 second' from unnest(times) t)
                where key_hash in (select key_hash from api_key where workspace_id = ?)
                """, seconds, api.workspace().id());
    }
}
