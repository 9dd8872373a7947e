package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

@QuarkusTest
@DisplayName("The events feed")
class FeedTest {

    private static final int PUBLISHERS = 4;
    private static final int REQUESTS = 40;

    private final Api api = Api.ofNewWorkspace();

    @TestHTTPResource
    URI root;

    @Test
    @DisplayName("returns every event exactly once and always in the same order, even if many publish at once")
    void exactlyOnce() throws Exception {
        var threads = Executors.newFixedThreadPool(PUBLISHERS);
        try {
            var published = IntStream.range(0, PUBLISHERS)
                    .mapToObj(publisher -> CompletableFuture.supplyAsync(() -> publishSome(publisher), threads))
                    .toList();
            var all = CompletableFuture.allOf(published.toArray(CompletableFuture[]::new));
            var seen = new ArrayList<String>();
            String cursor = null;
            boolean isLast;
            do {
                isLast = all.isDone();
                for (var part = read(cursor, "&limit=7"); ; part = read(cursor, "&limit=7")) {
                    seen.addAll(part.getList("data.id", String.class));
                    cursor = part.getString("pagination.next_cursor");
                    if (!part.getBoolean("pagination.has_more")) {
                        break;
                    }
                }
            } while (!isLast);
            var rest = read(cursor, "&wait=2");
            while (!rest.getList("data").isEmpty()) {
                seen.addAll(rest.getList("data.id", String.class));
                rest = read(rest.getString("pagination.next_cursor"), "&wait=2");
            }
            var expected = new HashSet<String>();
            for (var part : published) {
                expected.addAll(part.get());
            }
            assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
            assertThat(all(null)).as("another reader, later").isEqualTo(seen);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<String> publishSome(int publisher) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < REQUESTS; i++) {
            var events = IntStream.rangeClosed(0, i % 3)
                    .mapToObj(n -> "{\"event\":\"lead.updated\",\"workspace_id\":\""
                            + api.workspace().id() + "\",\"data\":{\"id\":\"" + publisher + "\"}}")
                    .toList();
            ids.addAll(Api.publish(events.toString())
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("data.events.id"));
        }
        return ids;
    }

    @Test
    @DisplayName("waits for open transactions, and puts their events before later ones")
    void openTransaction() throws Exception {
        var first = api.publish("lead.created", "{\"id\":\"1\"}");
        String cursor;
        String late;
        try (var slow = HostDatabase.connect()) {
            slow.setAutoCommit(false);
            late = insert(slow);
            var second = api.publish("lead.created", "{\"id\":\"2\"}");
            var part = read(null, "");
            assertThat(part.getList("data.id"))
                    .as("nothing that may still change")
                    .doesNotContain(second, late);
            cursor = part.getString("pagination.next_cursor");
            slow.commit();
            var rest = new ArrayList<>(part.getList("data.id", String.class));
            rest.addAll(read(cursor, "&wait=5").getList("data.id", String.class));
            assertThat(rest).containsExactly(first, late, second);
        }
        assertThat(all(null)).startsWith(first, late);
    }

    private String insert(Connection connection) throws SQLException {
        var id = "evt_slow" + UUID.randomUUID().toString().replace("-", "");
        Sql.run(
                connection,
                "insert into event (key, workspace_id, id, type, occurred_at, body) values (uuidv7(), ?, ?, 'lead.created', now(), ?)",
                api.workspace().id(),
                id,
                "{\"event\":\"lead.created\"}".getBytes(StandardCharsets.UTF_8));
        return id;
    }

    @Test
    @DisplayName("contains the bodies of webhooks, filters by type, and shows no pings, tests or other workspaces' "
            + "events")
    void content() throws Exception {
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "*");
            api.post("/webhooks/" + webhook + "/test", Map.of("event", "lead.created"))
                    .then()
                    .statusCode(202);
            var lead = api.publish("lead.created", "{\"id\":\"1\",\"b\":1.0,\"a\":\"é\"}");
            var contact = api.publish("contact.created", "{\"id\":\"2\"}");
            api.await(webhook, api.deliveryOf(webhook, lead), "delivered", 1);
            var body = receiver.requests().stream()
                    .filter(request -> lead.equals(request.header("x-nexadesk-event-id")))
                    .findFirst()
                    .orElseThrow();

            var text = api.request().get("/api/v1/external/events").asString();
            assertThat(text).contains("\"payload\":" + new String(body.body(), StandardCharsets.UTF_8));
            var part = Await.until(
                    "the feed", Duration.ofSeconds(10), () -> read(null, ""), seen -> seen.getList("data.id")
                            .equals(List.of(lead, contact)));
            assertThat(part.getString("data[0].record")).isEqualTo(body.header("x-nexadesk-record"));
            assertThat(part.getString("data[0].sequence")).isEqualTo(body.header("x-nexadesk-sequence"));
            assertThat(part.getBoolean("pagination.has_more")).isFalse();
            assertThat(read(null, "&types=contact.created").getList("data.id")).containsExactly(contact);
            assertThat(read(null, "&types=conversation.closed,lead.deleted").getList("data.id"))
                    .isEmpty();
            assertThat(read("latest", "").getList("data.id")).isEmpty();
            assertThat(Api.ofNewWorkspace().get("/events").getList("data")).isEmpty();
        }
    }

    @Test
    @DisplayName("lets hundreds wait without resources, and answers them as soon as there is an event")
    void waiting() throws Exception {
        int readers = 300;
        var cursor = read("latest", "").getString("pagination.next_cursor");
        var client = HttpClient.newHttpClient();
        var uri = root.resolve("/api/v1/external/events?wait=20&after=" + cursor);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + api.key())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        var waiting = Stream.generate(() -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .limit(readers)
                .toList();
        read("latest", "&wait=1");
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        long start = System.nanoTime();
        assertThat(api.get("/webhooks").getList("data")).as("others are served").isEmpty();
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        for (var answer : waiting) {
            assertThat(body(answer)).contains(event);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private static String body(CompletableFuture<HttpResponse<String>> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(20, TimeUnit.SECONDS).body();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"wait=21", "wait=-1", "wait=x", "types=lead.made", "limit=0"})
    @DisplayName("rejects invalid parameters:")
    void refuses(String parameter) {
        api.request()
                .get("/api/v1/external/events?" + parameter)
                .then()
                .statusCode(400)
                .body("fields", hasKey(parameter.substring(0, parameter.indexOf('='))));
    }

    @Test
    @DisplayName("rejects cursors of others, and reports one that is too old")
    void cursors() {
        refused("nonsense", 400, "invalid_cursor");
        refused(Cursor.after("x", "y").toString(), 400, "invalid_cursor");
        var now = Instant.now();
        refused(cursor("5", now.minus(Duration.ofDays(40))), 410, "cursor_expired");
        refused(cursor("999999999999", now), 410, "cursor_expired");
        api.request()
                .get("/api/v1/external/events?after=" + cursor("5", now.minus(Duration.ofDays(20))))
                .then()
                .statusCode(200);
    }

    private static String cursor(String transaction, Instant at) {
        return new FeedPosition(transaction, FeedPosition.LOWEST, at).cursor().toString();
    }

    private void refused(String cursor, int status, String code) {
        api.request()
                .get("/api/v1/external/events?after=" + cursor)
                .then()
                .statusCode(status)
                .body("code", equalTo(code));
    }

    private JsonPath read(String cursor, String more) {
        var query = (cursor == null ? "" : "&after=" + cursor) + more;
        return api.get("/events" + query.replaceFirst("&", "?"));
    }

    private List<String> all(String start) {
        var all = new ArrayList<String>();
        var cursor = start;
        JsonPath part;
        do {
            part = read(cursor, "&limit=100");
            all.addAll(part.getList("data.id", String.class));
            cursor = part.getString("pagination.next_cursor");
        } while (part.getBoolean("pagination.has_more"));
        return all;
    }
}
