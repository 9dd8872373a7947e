package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.EmptyDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the plan for empty tables, because connections keep a plan and are often opened while there are few webhooks.
 */
@QuarkusTest
@DisplayName("The publishing statement")
class EventStoreTest {

    @Inject
    EventStore store;

    @Test
    @DisplayName("reads only the webhooks of an event's own workspace")
    void plan() throws SQLException {
        try (var database = EmptyDatabase.named("publishing_plan")) {
            assertThat(database.plan(EventStore.PUBLISH))
                    .contains("on webhook")
                    .contains("Index Cond: (workspace_id = p.workspace_id)")
                    .doesNotContain("Seq Scan");
        }
    }

    @Test
    @DisplayName("finds the unfinished deliveries of a record by index, for webhooks with order")
    void planInOrder() throws SQLException {
        try (var database = EmptyDatabase.named("ordered_plan")) {
            assertThat(database.plan(EventStore.PUBLISH_IN_ORDER))
                    .contains("work_record", "work_turn")
                    .doesNotContain("Seq Scan");
        }
    }

    @Test
    @DisplayName("leases an ordered delivery immediately if nothing precedes it, and lets the next one of its record "
            + "wait")
    void leased() throws Exception {
        var api = Api.ofNewWorkspace();
        var sql = new Sql();
        var replica = UUID.fromString(Objects.requireNonNull(sql.text(
                "insert into replica values (gen_random_uuid(), now(), now() + interval '1 hour') returning id")));
        try (var receiver = Receiver.start()) {
            var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
            api.patch("/webhooks/" + webhook, Map.of("ordered", true));
            var request = Stream.of("a", "b", "a")
                    .map(id -> PublishingRequests.eventWith("{\"id\":\"" + id + "\"}"))
                    .collect(Collectors.joining(",", "[", "]"))
                    .replace("ws_nexadeskdemo", api.workspace().id());
            var events = PublishingRequests.parse(request);

            var stored = store.store(events, null, new Handoff.Terms(replica, Set.of(), Set.of()));

            assertThat(stored.leased()).extracting(FirstDelivery::event).containsExactly(events.get(0), events.get(1));
            var next = store.store(
                    PublishingRequests.parse(request), null, new Handoff.Terms(replica, Set.of(), Set.of()));
            assertThat(next.fresh()).hasSize(3);
            assertThat(next.leased()).isEmpty();
        } finally {
            sql.run("update replica set lease_until = now() where id = ?", replica);
        }
    }
}
