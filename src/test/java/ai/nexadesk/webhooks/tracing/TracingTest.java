package ai.nexadesk.webhooks.tracing;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.TraceCollector;
import ai.nexadesk.webhooks.testing.server.TracingProfile;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import static ai.nexadesk.webhooks.testing.server.TraceCollector.hex;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(TracingProfile.class)
@DisplayName("Traces")
class TracingTest {

    private static final String PUBLISHERS_SPAN = "00f067aa0ba902b7";

    @ConfigProperty(name = TracingProfile.ENDPOINT)
    URI endpoint;

    private final Api api = Api.ofNewWorkspace();
    private TraceCollector collector;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @BeforeEach
    void start() throws Exception {
        collector = TraceCollector.start(endpoint.getPort());
    }

    @AfterEach
    void close() {
        collector.close();
    }

    @Test
    @DisplayName("connect the publisher's span with every attempt, on every path, and contain no secret")
    void publishingToAttempt() {
        var webhook = api.createWebhook(receiver.url("/hook?token=in-the-address"), "lead.created");
        receiver.answer(Answer.status(500));
        var trace = newTrace();
        String event = publish(trace, "01").then().statusCode(202).extract().path("data.events[0].id");
        var delivery = api.deliveryOf(webhook, event);
        api.await(webhook, delivery, "retrying", 1);
        receiver.answer(Answer.status(200));
        // The delivery comes from the database, as on another replica.
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
        api.await(webhook, delivery, "delivered", 2);

        var spans = collector.await(trace, 3);
        assertThat(spans).hasSize(3);
        var publish = only(spans, "publish", null);
        assertThat(hex(publish.getParentSpanId())).isEqualTo(PUBLISHERS_SPAN);
        assertThat(publish.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(attributes(publish)).containsEntry("nexadesk.events.accepted", "1");
        var first = only(spans, "attempt", "1");
        assertThat(first.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(first.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(first.getEndTimeUnixNano()).isGreaterThanOrEqualTo(first.getStartTimeUnixNano());
        assertThat(first.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(first))
                .containsEntry("nexadesk.event.id", event)
                .containsEntry("nexadesk.event.type", "lead.created")
                .containsEntry("nexadesk.workspace.id", api.workspace().id())
                .containsEntry("nexadesk.webhook.id", webhook)
                .containsEntry("nexadesk.delivery.id", delivery)
                .containsEntry("nexadesk.attempt.trigger", "automatic")
                .containsEntry("http.response.status_code", "500")
                .containsEntry("error.type", "http_status");
        var second = only(spans, "attempt", "2");
        assertThat(second.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(attributes(second))
                .containsEntry("nexadesk.attempt.trigger", "manual")
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKey("error.type");
        assertThat(spans.toString()).doesNotContain("in-the-address", "in-the-data", api.secret(webhook));
        assertThat(receiver.requests()).allSatisfy(request -> assertThat(request.lines())
                .noneMatch(line -> line.getKey().startsWith("trace")));
    }

    @Test
    @DisplayName("are not exported if the publisher does not sample its own")
    void unsampled() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        var unwanted = newTrace();
        String event = publish(unwanted, "00").path("data.events[0].id");
        api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
        var wanted = newTrace();
        publish(wanted, "01");
        collector.await(wanted, 2);
        assertThat(collector.spans(unwanted)).isEmpty();
    }

    @Test
    @DisplayName("say why something was not published")
    void refused() {
        var trace = newTrace();
        given().header("traceparent", traceparent(trace, "01"))
                .header("Authorization", "Bearer test-publisher-token")
                .contentType("application/json")
                .body("{\"event\":\"no.such\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":{}}")
                .post("/api/v1/internal/events")
                .then()
                .statusCode(400);
        var span = collector.await(trace, 1).get(0);
        assertThat(attributes(span)).containsEntry("error.type", "unknown_event_type");
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    }

    private Response publish(String trace, String flags) {
        return given().header("traceparent", traceparent(trace, flags))
                .header("Authorization", "Bearer test-publisher-token")
                .contentType("application/json")
                .body("{\"event\":\"lead.created\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":{\"id\":\"in-the-data\"}}")
                .post("/api/v1/internal/events");
    }

    private static String traceparent(String trace, String flags) {
        return "00-" + trace + "-" + PUBLISHERS_SPAN + "-" + flags;
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static Span only(java.util.List<Span> spans, String name, String number) {
        var found = spans.stream()
                .filter(span -> span.getName().equals(name))
                .filter(span -> number == null || number.equals(attributes(span).get("nexadesk.attempt.number")))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey,
                        attribute -> attribute.getValue().hasStringValue()
                                ? attribute.getValue().getStringValue()
                                : Long.toString(attribute.getValue().getIntValue())));
    }
}
