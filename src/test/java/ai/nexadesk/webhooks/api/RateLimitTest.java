package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.SettableClock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

@QuarkusTest
@TestProfile(RateLimitTest.Limited.class)
@DisplayName("A key")
class RateLimitTest {

    /** The limit as it is by default. */
    public static class Limited implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("nexadesk.api.requests-per-minute", "100");
        }
    }

    private static final String PATH = "/api/v1/external/event-types/lead.created";

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();

    @AfterEach
    void reset() {
        clock.reset();
    }

    @Test
    @DisplayName("may make 100 requests in any 60 seconds, and is told with every answer how many are left")
    void slides() {
        at(50);
        for (int left = 99; left >= 0; left--) {
            assertThat(header("X-RateLimit-Remaining")).isEqualTo(Integer.toString(left));
        }
        var refused = api.request().get(PATH);
        refused.then().statusCode(429).body("code", equalTo("rate_limited")).header("X-RateLimit-Limit", "100");
        assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
        long wait = Long.parseLong(refused.header("Retry-After"));
        assertThat(wait).isBetween(5L, 15L);
        assertThat(Long.parseLong(refused.header("X-RateLimit-Reset")))
                .isBetween(clock.instant().getEpochSecond(), clock.instant().getEpochSecond() + 120);
        clock.advance(Duration.ofSeconds(wait));
        api.request().get(PATH).then().statusCode(200);
        clock.advance(Duration.ofSeconds(15));
        int granted = 0;
        while (api.request().get(PATH).statusCode() == 200) {
            granted++;
        }
        assertThat(granted)
                .as("a quarter of the minute before has left the window")
                .isBetween(20, 35);
        clock.advance(Duration.ofMinutes(2));
        assertThat(header("X-RateLimit-Remaining")).isEqualTo("99");
    }

    @Test
    @DisplayName("is counted by itself, also where nothing is found or the request is refused")
    void everyAnswer() {
        at(10);
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
                .header("X-RateLimit-Limit", org.hamcrest.Matchers.nullValue());
        given().get("/login").then().header("X-RateLimit-Limit", org.hamcrest.Matchers.nullValue());
        api.request().get(PATH).then().header("X-RateLimit-Reset", notNullValue());
    }

    @Test
    @DisplayName("is told to wait just until its next request is taken, wherever in the minute it is")
    void retryAfter() {
        for (int second = 0; second < 60; second++) {
            for (int before : new int[] {1, 40, 100}) {
                for (int used : new int[] {60, 99, 100}) {
                    double weighed = used + before * (1 - second / 60.0);
                    if (weighed < 100) {
                        continue;
                    }
                    var now = Instant.ofEpochSecond(600 + second);
                    long wait = RateLimit.Taken.of(100, used, before, true, now).retryAfter();
                    assertThat(weighedAfter(used, before, second + wait)).isLessThan(100);
                    assertThat(weighedAfter(used, before, second + wait - 1)).isGreaterThanOrEqualTo(100);
                }
            }
        }
    }

    private static double weighedAfter(int used, int before, double seconds) {
        return seconds < 60 ? used + before * (1 - seconds / 60) : used * (1 - (seconds - 60) / 60);
    }

    private void at(int second) {
        long minute = clock.instant().getEpochSecond() / 60 + 10;
        clock.set(Instant.ofEpochSecond(minute * 60 + second));
    }

    private String header(String name) {
        return api.request().get(PATH).then().statusCode(200).extract().header(name);
    }
}
