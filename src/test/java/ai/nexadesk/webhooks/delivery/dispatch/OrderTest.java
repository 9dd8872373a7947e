package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The order of publication")
class OrderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The default limit of requests in flight to one webhook. These requests may overtake each other on the way. */
    private static final int IN_FLIGHT = 16;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("is the order of the log and of the first attempts, for one array")
    void oneArray() {
        publishesInOrder(200, 1, Answer.status(200), 2 * IN_FLIGHT);
    }

    @Test
    @DisplayName("is kept for arrays that do not fit into memory")
    void manyArrays() {
        publishesInOrder(900, 4, Answer.status(200).delay(Duration.ofMillis(3)), 450);
    }

    @Test
    @DisplayName("is kept for requests of one event each")
    void singleEvents() {
        publishesInOrder(1, 100, Answer.status(200), 2 * IN_FLIGHT);
    }

    @Test
    @DisplayName("is kept for deliveries that waited while a new address was being verified")
    void whileUnverified() {
        var webhook = api.createWebhook(receiver.url("/hook"), "conversation.updated");
        receiver.clear();
        receiver.answer(Answer.status(200).delay(Duration.ofMillis(20)));
        var published = new ArrayList<>(publish(0, 150));
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/other")))
                .then()
                .statusCode(200);
        published.addAll(publish(150, 150));
        arriveInOrder(webhook, published, 2 * IN_FLIGHT);
    }

    private void publishesInOrder(int size, int arrays, Answer answer, int farthest) {
        var webhook = api.createWebhook(receiver.url("/hook"), "conversation.updated");
        receiver.clear();
        receiver.answer(answer);
        var published = new ArrayList<String>();
        for (int array = 0; array < arrays; array++) {
            published.addAll(publish(array * size, size));
        }
        arriveInOrder(webhook, published, farthest);
    }

    private void arriveInOrder(String webhook, List<String> published, int farthest) {
        var received = Await.until("all events", PATIENCE, this::received, ids -> ids.size() >= published.size());
        assertThat(received).hasSameSizeAs(published).containsExactlyInAnyOrderElementsOf(published);
        assertThat(logged(webhook)).isEqualTo(published);
        var mean = IntStream.range(0, received.size())
                .map(place -> Math.abs(published.indexOf(received.get(place)) - place))
                .average()
                .orElseThrow();
        assertThat(mean).as("the average distance of an event from its place").isLessThan(farthest);
    }

    private List<String> received() {
        return receiver.requests().stream()
                .filter(request -> request.header("x-nexadesk-event").equals("conversation.updated"))
                .map(request -> request.header("x-nexadesk-event-id"))
                .toList();
    }

    /** Publishes an array of events whose IDs do not sort in the order of publication. */
    private List<String> publish(int first, int count) {
        var ids = IntStream.range(first, first + count)
                .mapToObj(i -> "order_" + Integer.toHexString(i * 0x9E3779B1) + "_" + i)
                .toList();
        var events =
                ids.stream().map(id -> """
                        {"id":"%s","event":"conversation.updated","workspace_id":"%s",
                        "data":{"id":"7d9f","status":"open","created_at":"2026-03-20T14:00:00Z"}}
                        """.formatted(id, api.workspace().id())).collect(joining(",", "[", "]"));
        Api.publish(events).then().statusCode(202);
        return ids;
    }

    /** The events in the log of a webhook, oldest first. */
    private List<String> logged(String webhook) {
        var newestFirst = new ArrayList<String>();
        for (String cursor = ""; cursor != null; ) {
            var page = api.get("/webhooks/" + webhook + "/deliveries?event=conversation.updated&limit=100"
                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            newestFirst.addAll(page.getList("data.event_id"));
            cursor = page.getString("pagination.next_cursor");
        }
        java.util.Collections.reverse(newestFirst);
        return newestFirst;
    }
}
