package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("kill -9 of the application while it publishes and sends")
class CrashIT {

    private static final int BATCH = 20;
    private static final int BATCHES_BEFORE = 150;
    private static final int PAGES_BEFORE = 10;
    private static final int MAX_DUPLICATES = 600;

    @TempDir
    Path data;

    @Test
    @DisplayName("loses no acknowledged event: after a restart, each is delivered, few twice, and each is in the feed "
            + "once")
    void losesNothing() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        try (var receiver = Receiver.start()) {
            var application = PackagedApplication.start(data);
            var created = application.post(
                    "/webhooks", "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]}");
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            receiver.clear();
            var stop = new AtomicBoolean();
            var publisher = new Thread(() -> publish(application, acknowledged, stop));
            publisher.start();
            Await.until(
                    "some thousand events",
                    Duration.ofSeconds(60),
                    acknowledged::size,
                    count -> count >= BATCH * BATCHES_BEFORE);
            List<String> fed = new ArrayList<>();
            var place = application.feed(null, fed, PAGES_BEFORE);
            application.kill();
            stop.set(true);
            publisher.join();
            int before = receiver.requests().size();
            try (var restarted = PackagedApplication.start(data)) {
                Await.until(
                        "all acknowledged events",
                        Duration.ofSeconds(90),
                        () -> missing(acknowledged, receiver),
                        List::isEmpty);
                Await.until("an empty queue", Duration.ofSeconds(60), () -> unfinished(restarted), count -> count == 0);
                restarted.feed(place, fed, Integer.MAX_VALUE);
                assertThat(fed).doesNotHaveDuplicates().containsAll(acknowledged);
                List<String> again = new ArrayList<>();
                restarted.feed(null, again, Integer.MAX_VALUE);
                assertThat(again).isEqualTo(fed);
            }
            var received = receiver.requests();
            long distinct = received.stream()
                    .map(request -> request.header("x-nexadesk-event-id"))
                    .distinct()
                    .count();
            long duplicates = received.size() - distinct;
            System.out.printf(
                    "kill -9: %d events acknowledged, %d requests before and %d after it, %d duplicates, 0 missing%n",
                    acknowledged.size(), before, received.size() - before, duplicates);
            assertThat(duplicates).isLessThan(MAX_DUPLICATES);
        }
    }

    private static void publish(PackagedApplication application, Set<String> acknowledged, AtomicBoolean stop) {
        for (int batch = 0; !stop.get(); batch++) {
            int first = batch * BATCH;
            var ids = IntStream.range(first, first + BATCH)
                    .mapToObj(i -> "crash-" + i)
                    .toList();
            var events = ids.stream()
                    .map(id -> "{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\""
                            + PackagedApplication.WORKSPACE + "\",\"data\":{\"id\":\"" + id + "\"}}")
                    .collect(Collectors.joining(",", "[", "]"));
            try {
                if (application.publish(events).statusCode() == 202) {
                    acknowledged.addAll(ids);
                }
            } catch (IOException killed) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static List<String> missing(Set<String> acknowledged, Receiver receiver) {
        var received = receiver.requests().stream()
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toSet());
        return acknowledged.stream().filter(id -> !received.contains(id)).toList();
    }

    private static int unfinished(PackagedApplication application) {
        try {
            int all = 0;
            for (var status : List.of("queued", "sending", "retrying", "failed")) {
                var answer = application.get("/api/v1/external/deliveries?limit=1&status=" + status);
                var count = answer.body().replaceAll("(?s).*\"total_count\":(\\d+).*", "$1");
                all += Integer.parseInt(count);
            }
            return all;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
