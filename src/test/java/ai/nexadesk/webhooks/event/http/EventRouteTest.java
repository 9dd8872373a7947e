package ai.nexadesk.webhooks.event.http;

import ai.nexadesk.webhooks.testing.Api;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Publishing")
class EventRouteTest {

    /** With {@link #UNUSUAL}, the REST framework responds. */
    private static final String ORDINARY = "application/json";

    private static final String UNUSUAL = "application/json, */*";

    @TestHTTPResource(EventResource.PATH)
    URI events;

    private final Api api = Api.ofNewWorkspace();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    @DisplayName("has the same responses with and without the REST framework")
    void same() throws Exception {
        var workspace = api.workspace().id();
        var event = "{\"event\":\"lead.created\",\"workspace_id\":\"%s\",\"data\":{\"id\":\"1\"}%s}";
        var plain = event.formatted(workspace, "");
        var known = event.formatted(workspace, ",\"id\":\"known\"");
        send(ORDINARY, "publisher", known);
        var bodies = new LinkedHashMap<String, Integer>();
        bodies.put(plain, 202);
        bodies.put("[" + plain + "," + plain + "]", 202);
        bodies.put(known, 202);
        bodies.put(known.replace("\"1\"", "\"2\""), 202);
        bodies.put("", 400);
        bodies.put("{", 400);
        bodies.put("[]", 400);
        bodies.put("[" + plain + ",{}]", 400);
        bodies.put(event.formatted("ws_unknown", ""), 400);
        bodies.put("[" + " ".repeat(40_000) + plain + ",{}]", 400);
        for (var body : bodies.entrySet()) {
            assertThat(answers(ORDINARY, "publisher", body.getKey()))
                    .as(body.getKey())
                    .isEqualTo(answers(UNUSUAL, "publisher", body.getKey()))
                    .containsEntry("status", body.getValue().toString());
        }
        for (var token : List.of("wrong", api.key())) {
            assertThat(answers(ORDINARY, token, plain))
                    .isEqualTo(answers(UNUSUAL, token, plain))
                    .containsEntry("status", "401");
        }
    }

    private Map<String, String> answers(String accept, String token, String body) throws Exception {
        var answer = send(accept, token, body);
        var seen = new TreeMap<String, String>();
        answer.headers().map().forEach((name, values) -> seen.put(name, values.toString()));
        seen.remove("x-request-id");
        seen.put("status", Integer.toString(answer.statusCode()));
        // Each request gets new IDs.
        seen.put("body", answer.body().replaceAll("evt_[0-9a-z]+", "evt_"));
        return seen;
    }

    private HttpResponse<String> send(String accept, String token, String body) throws Exception {
        var request = HttpRequest.newBuilder(events)
                .header("Authorization", "Bearer " + (token.equals("publisher") ? "test-publisher-token" : token))
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
