package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.text.OddText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Every operation that the API describes")
class OpenApiWalkTest {

    private static final int RANDOM_REQUESTS = 1500;

    private DescribedRequests requests;
    private ApiDescription description;
    private Api api;

    @BeforeEach
    void fill() throws Exception {
        requests = new DescribedRequests();
        description = ApiDescription.read();
        api = requests.api;
    }

    @AfterEach
    void close() throws Exception {
        requests.close();
    }

    @Test
    @DisplayName("responds as documented to the example, and without a key, with a wrong one or for another workspace")
    void examples() {
        var reader = api.workspace().apiKey("read");
        var stranger = Api.ofNewWorkspace();
        // Run deletions last, so that the other operations find their data.
        var operations = description.operations().stream()
                .sorted((one, other) -> Boolean.compare(
                        one.method().equals("delete"), other.method().equals("delete")))
                .toList();
        assertThat(operations).hasSizeGreaterThanOrEqualTo(21);
        for (var operation : operations) {
            boolean isInternal = operation.path().startsWith("/api/v1/internal");
            var caller = isInternal
                    ? given().header("Authorization", "Bearer test-publisher-token")
                            .contentType("application/json")
                    : api.request();
            var answer = requests.send(caller, operation);
            assertThat(answer.statusCode())
                    .as(operation + " " + answer.asString())
                    .isIn(200, 201, 202, 409);
            description.expect(operation, answer);

            var nobody = requests.send(given().contentType("application/json"), operation);
            assertThat(nobody.statusCode()).isEqualTo(401);
            description.expect(operation, nobody);
            if (isInternal) {
                continue;
            }
            var read = requests.send(
                    given().header("Authorization", "Bearer " + reader).contentType("application/json"), operation);
            boolean needsWrite =
                    operation.json().at("/security/0/apiKey/0").textValue().equals("write");
            assertThat(read.statusCode() == 403)
                    .as(operation + " by a key that only reads")
                    .isEqualTo(needsWrite);
            description.expect(operation, read);
            if (operation.path().contains("{") && !operation.id().equals("getEventType")) {
                var other = requests.send(stranger.request(), operation);
                assertThat(other.statusCode())
                        .as(operation + " of another workspace")
                        .isEqualTo(404);
                description.expect(operation, other);
            }
        }
    }

    @Test
    @DisplayName("responds to random input as documented, and never with a 500")
    void random() {
        long seed = Long.getLong("random.seed", 1L);
        var random = new Random(seed);
        var operations = description.operations();
        for (int i = 0; i < RANDOM_REQUESTS; i++) {
            var operation = operations.get(random.nextInt(operations.size()));
            if (operation.path().contains("internal") || operation.method().equals("delete")) {
                continue;
            }
            var request = api.request();
            for (var parameter : operation.json().path("parameters")) {
                var resolved = description.resolve(parameter);
                if (resolved.get("in").textValue().equals("query") && random.nextInt(3) == 0) {
                    request.queryParam(resolved.get("name").textValue(), OddText.common(random));
                }
            }
            if (random.nextInt(20) == 0) {
                request.queryParam("unknown", OddText.common(random));
            }
            var path = requests.path(operation);
            if (random.nextInt(3) == 0) {
                path = path.replaceFirst(
                        requests.webhook + "|" + requests.key, Matcher.quoteReplacement(OddText.common(random)));
            }
            var body = requests.body(operation);
            var sent = body == null
                    ? null
                    : random.nextInt(10) == 0
                            ? OddText.common(random)
                            : mutated(body, random).toString();
            var answer = DescribedRequests.send(request, operation, sent, path);
            assertThat(answer.statusCode())
                    .as("seed %d: %s %s %s: %s", seed, operation, path, sent, answer.asString())
                    .isLessThan(500);
            if (!leavesTheResource(path)) {
                description.expect(operation, answer);
            }
        }
    }

    /** Whether an odd ID turns the path into another path. */
    private static boolean leavesTheResource(String path) {
        return path.endsWith("/")
                || path.contains("..")
                || path.contains("//")
                || path.contains("/ ")
                || path.contains("{}");
    }

    private static JsonNode mutated(JsonNode body, Random random) {
        var copy = (ObjectNode) body.deepCopy();
        var names =
                List.copyOf(copy.properties().stream().map(Map.Entry::getKey).toList());
        for (var name : names) {
            switch (random.nextInt(6)) {
                case 0 -> copy.put(name, OddText.common(random));
                case 1 -> copy.put(name, random.nextLong());
                case 2 -> copy.putNull(name);
                case 3 -> copy.putArray(name).add(OddText.common(random));
                default -> {}
            }
        }
        return random.nextInt(8) == 0 ? copy.put("unknown", 1) : copy;
    }
}
