package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.ApiDescription.Operation;
import ai.nexadesk.webhooks.testing.HostDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Every status that the API describes for an operation")
class OpenApiStatusesTest {

    /** Internal errors and database errors, which {@link OpenApiFaultsTest} tests. */
    private static final Set<String> OURS = Set.of("500", "503");

    /** Needs a waiting delivery. RecordOrderTest tests it. */
    private static final String NEEDS_A_WAITING_ONE = "skipDelivery";

    /** The publishing endpoint accepts 16 MiB. Another test sends a larger body to it. */
    private static final String TOO_LARGE = "\"" + "x".repeat(1 << 20) + "\"";

    private final Api stranger = Api.ofNewWorkspace();
    private final SoftAssertions softly = new SoftAssertions();
    private ApiDescription description;
    private DescribedRequests requests;

    @BeforeEach
    void fill() throws Exception {
        description = ApiDescription.read();
        requests = new DescribedRequests();
        requests.useJob(runningJob());
    }

    @AfterEach
    void close() throws Exception {
        requests.close();
    }

    @Test
    @DisplayName("is returned as documented")
    void everyStatus() throws Exception {
        int asked = 0;
        var successes = new ArrayList<Operation>();
        for (var operation : description.operations()) {
            for (var status : operation.json().get("responses").properties()) {
                if (operation.id().equals(NEEDS_A_WAITING_ONE)
                        && status.getKey().startsWith("2")) {
                    continue;
                }
                if (status.getKey().startsWith("2")) {
                    successes.add(operation);
                } else if (!OURS.contains(status.getKey()) && !isLargePublishing(operation, status.getKey())) {
                    expect(operation, status.getKey(), provoke(operation, status.getKey()));
                    asked++;
                }
            }
        }
        // An earlier request has cancelled the previous job.
        requests.useJob(runningJob());
        // Run the successful operations last, and deletions at the very end, so that all operations find their data.
        successes.sort((one, other) -> Boolean.compare(isDelete(one), isDelete(other)));
        for (var operation : successes) {
            for (var status : operation.json().get("responses").properties()) {
                if (status.getKey().startsWith("2")) {
                    expect(operation, status.getKey(), succeed(operation, status.getKey()));
                }
            }
        }
        softly.assertAll();
        assertThat(asked).isGreaterThan(150);
    }

    private void expect(Operation operation, String status, Response answer) {
        softly.assertThat(answer.statusCode())
                .as("%s: %s", operation, answer.asString())
                .isEqualTo(Integer.parseInt(status));
        description.expect(operation, answer);
    }

    private Response succeed(Operation operation, String status) {
        var body = requests.body(operation);
        if (body != null
                && operation.json().get("responses").has("200")
                && operation.json().get("responses").has("202")) {
            body.put("dry_run", status.equals("200"));
        }
        return requests.send(
                operation.isExternal() ? requests.api.request() : publisher(),
                operation,
                body == null ? null : body.toString());
    }

    private Response provoke(Operation operation, String status) throws Exception {
        var request = operation.isExternal() ? requests.api.request() : publisher();
        return switch (status) {
            case "400" -> requests.send(request.queryParam("unknown", 1), operation);
            case "401" -> requests.send(given().contentType("application/json"), operation);
            case "403" -> requests.send(keyOf(needsWrite(operation) ? "read" : "write"), operation);
            case "404" ->
                operation.id().equals("getEventType")
                        ? DescribedRequests.send(request, operation, null, "/api/v1/external/event-types/no.such")
                        : operation.isExternal()
                                ? requests.send(stranger.request(), operation)
                                : DescribedRequests.send(
                                        request, operation, null, "/api/v1/internal/erasures/era_none");
            case "405" ->
                request.request(operation.path().endsWith("/retention") ? "PATCH" : "PUT", requests.path(operation));
            case "406" -> requests.send(request.accept("text/xml"), operation);
            case "409" -> conflict(operation);
            case "412" -> requests.send(request.header("If-Match", "\"other\""), operation);
            case "413" -> requests.send(request, operation, TOO_LARGE);
            case "415" -> requests.send(request.contentType("text/plain"), operation, "x");
            case "429" ->
                requests.send(
                        given().header("Authorization", "Bearer " + exhaustedKey())
                                .contentType("application/json"),
                        operation);
            default -> throw new AssertionError("This test has no request that causes " + status + " of " + operation);
        };
    }

    /** Sends the same idempotency key with another body. */
    private Response conflict(Operation operation) {
        var key = UUID.randomUUID().toString();
        requests.send(requests.api.request().header("Idempotency-Key", key), operation, "{\"one\":1}");
        return requests.send(requests.api.request().header("Idempotency-Key", key), operation, "{\"other\":1}");
    }

    private RequestSpecification keyOf(String scope) {
        return given().header(
                        "Authorization", "Bearer " + requests.api.workspace().apiKey(scope))
                .contentType("application/json");
    }

    private static RequestSpecification publisher() {
        return given().header("Authorization", "Bearer test-publisher-token").contentType("application/json");
    }

    private static boolean needsWrite(Operation operation) {
        return operation.json().at("/security/0/apiKey/0").textValue().equals("write");
    }

    private static boolean isLargePublishing(Operation operation, String status) {
        return !operation.isExternal() && status.equals("413");
    }

    private static boolean isDelete(Operation operation) {
        return operation.method().equals("delete");
    }

    /** A key that has reached its rate limit. */
    private String exhaustedKey() throws Exception {
        var key = requests.api.workspace().apiKey("read", "write");
        var hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("""
                        insert into request_window (key_hash, times, asked_at, refused)
                        values (?, array_fill(now(), array[10000]), now(), false)
                        """)) {
            statement.setBytes(1, hash);
            statement.executeUpdate();
        }
        return key;
    }

    /** A job whose next step is not due. */
    private String runningJob() throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("""
                        insert into job (workspace_id, kind, webhook_id, status, total, stepped_at, created_by, created_at)
                        values (?, 'retry', ?, 'running', 1, now() + interval '10 years', 'a test', now())
                        returning 'job_' || replace(id::text, '-', '')
                        """)) {
            statement.setString(1, requests.api.workspace().id());
            statement.setString(2, requests.webhook);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
