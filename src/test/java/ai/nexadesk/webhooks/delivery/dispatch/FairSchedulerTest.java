package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.dispatch.EndpointQueue.Origin;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The fair scheduler")
@Timeout(10)
class FairSchedulerTest {

    private static final UUID OWNER = UUID.randomUUID();
    private static final Outcome OK =
            new Outcome.Responded(Instant.EPOCH, Duration.ofMillis(2), Timing.NONE, 200, List.of(), new byte[0], false);
    private static final Outcome HUNG = new Outcome.NoResponse(
            Instant.EPOCH, Duration.ofSeconds(5), Timing.NONE, ErrorCode.TIMEOUT, "No response.");
    private static final Outcome REFUSED =
            new Outcome.Responded(Instant.EPOCH, Duration.ofMillis(2), Timing.NONE, 500, List.of(), new byte[0], false);

    private final AtomicInteger wanted = new AtomicInteger();
    private long lastId;

    @Test
    @DisplayName("serves webhooks in turn, so that a long queue delays no other")
    void serveInTurn() throws InterruptedException {
        var scheduler = scheduler(8, 100);
        publish(scheduler, "busy", 50);
        publish(scheduler, "quiet", 1);
        assertThat(List.of(take(scheduler).webhookId(), take(scheduler).webhookId()))
                .contains("quiet");
    }

    @Test
    @DisplayName("charges one long body as much as many short ones")
    void serveByLength() throws InterruptedException {
        var scheduler = scheduler(100, 1_000);
        scheduler.offer(leases("long", 4, 96 * 1024), Origin.PUBLISHED);
        publish(scheduler, "short", 90);
        var taken = takeAll(scheduler, 40);
        assertThat(taken).filteredOn(lease -> lease.webhookId().equals("long")).hasSizeBetween(1, 14);
        assertThat(takeAll(scheduler, 54))
                .as("all of them are started in the end")
                .hasSize(54);
    }

    @Test
    @DisplayName("limits the requests in flight per webhook")
    void capInFlight() throws InterruptedException {
        var scheduler = scheduler(2, 100);
        publish(scheduler, "slow", 5);
        publish(scheduler, "other", 1);
        var taken = takeAll(scheduler, 3);
        assertThat(taken).filteredOn(lease -> lease.webhookId().equals("slow")).hasSize(2);
        var slow = taken.stream()
                .filter(lease -> lease.webhookId().equals("slow"))
                .findFirst()
                .orElseThrow();
        scheduler.done(slow, OK);
        assertThat(take(scheduler).webhookId()).isEqualTo("slow");
    }

    @Test
    @DisplayName("limits an endpoint that hangs to one request in flight until it responds again")
    void hangingEndpoint() throws InterruptedException {
        var scheduler = scheduler(8, 100);
        publish(scheduler, "w", 8);
        takeAll(scheduler, 8).forEach(lease -> scheduler.done(lease, HUNG));
        publish(scheduler, "w", 20);
        publish(scheduler, "healthy", 1);
        assertThat(takeAll(scheduler, 2))
                .extracting(LeasedDelivery::webhookId)
                .as("then none of its deliveries is ready")
                .containsExactlyInAnyOrder("w", "healthy");
        scheduler.offer(leases("healthy", 1, 10), Origin.PUBLISHED);
        assertThat(take(scheduler).webhookId()).isEqualTo("healthy");

        var probe = lease("w", 10);
        for (int i = 0; i < 7; i++) {
            scheduler.done(probe, OK);
            probe = take(scheduler);
        }
        scheduler.done(probe, OK);
        assertThat(takeAll(scheduler, 8)).extracting(LeasedDelivery::webhookId).containsOnly("w");
    }

    @Test
    @DisplayName("limits an endpoint that rejects nearly everything to one request in flight")
    void refusingEndpoint() throws InterruptedException {
        var scheduler = scheduler(4, 100);
        for (int i = 0; i < 12; i++) {
            publish(scheduler, "w", 1);
            scheduler.done(take(scheduler), REFUSED);
        }
        publish(scheduler, "w", 2);
        publish(scheduler, "other", 1);
        assertThat(takeAll(scheduler, 2)).extracting(LeasedDelivery::webhookId).containsExactlyInAnyOrder("w", "other");
        publish(scheduler, "other", 1);
        assertThat(take(scheduler).webhookId()).isEqualTo("other");
    }

    @Test
    @DisplayName(
            "accepts few deliveries for an endpoint that rejects nearly everything, even with a limit of one request")
    void refusingOneByOne() throws InterruptedException {
        var scheduler = scheduler(1, 100);
        for (int i = 0; i < 12; i++) {
            publish(scheduler, "w", 1);
            scheduler.done(take(scheduler), REFUSED);
        }
        assertThat(publish(scheduler, "w", 100)).hasSizeGreaterThan(60);
        assertThat(publish(scheduler, "other", 100)).isEmpty();
    }

    @Test
    @DisplayName("never lets slow endpoints use the places reserved for fast ones")
    void slowEndpoints() throws InterruptedException {
        var scheduler = scheduler(4, 8);
        for (int i = 0; i < 10; i++) {
            publish(scheduler, "slow", 1);
            scheduler.done(
                    take(scheduler),
                    new Outcome.Responded(
                            Instant.EPOCH, Duration.ofSeconds(4), Timing.NONE, 200, List.of(), new byte[0], false));
        }
        publish(scheduler, "slow", 50);
        publish(scheduler, "slow", 50);
        var slow = takeAll(scheduler, 4);
        assertThat(slow).hasSize(4);
        publish(scheduler, "quick", 4);
        assertThat(takeAll(scheduler, 4)).extracting(LeasedDelivery::webhookId).containsOnly("quick");
    }

    @Test
    @DisplayName("starts first attempts in the order of publication, wherever they waited")
    void inOrder() throws InterruptedException {
        var scheduler = scheduler(100, 100);
        var older = leases("w", 5, 11);
        publish(scheduler, "w", 5);
        scheduler.offer(older, Origin.CLAIMED);
        assertThat(takeAll(scheduler, 10).subList(0, 5)).isEqualTo(older);
    }

    @Test
    @DisplayName("removes what waits for one webhook, and takes its next deliveries only after those were fetched")
    void remove() throws InterruptedException {
        var scheduler = scheduler(100, 100);
        publish(scheduler, "gone", 5);
        scheduler.offer(retries("gone", 5, 11), Origin.CLAIMED);
        publish(scheduler, "other", 1);
        var removed = scheduler.remove("gone");
        assertThat(removed).hasSize(10);
        assertThat(scheduler.remove("gone")).isEmpty();
        assertThat(scheduler.remove("unknown")).isEmpty();
        assertThat(take(scheduler).webhookId()).isEqualTo("other");
        assertThat(scheduler.load(0).waiting()).isZero();
        scheduler.released(removed);
        assertThat(publish(scheduler, "gone", 1)).hasSize(1);
        scheduler.fetched(scheduler.sequence(), webhook -> true);
        assertThat(publish(scheduler, "gone", 1)).isEmpty();
        assertThat(take(scheduler).webhookId()).isEqualTo("gone");
    }

    @Test
    @DisplayName("alternates between published and claimed deliveries")
    void share() throws InterruptedException {
        var scheduler = scheduler(100, 100);
        publish(scheduler, "w", 20);
        scheduler.offer(retries("w", 5, 11), Origin.CLAIMED);
        assertThat(takeAll(scheduler, 10))
                .filteredOn(lease -> lease.body().length == 11)
                .hasSize(5);
    }

    @Test
    @DisplayName("rejects deliveries above a queue's limit, and asks for them when there is room again")
    void refuseWhatDoesNotFit() throws InterruptedException {
        var scheduler = scheduler(1, 1);
        assertThat(publish(scheduler, "w", EndpointQueue.WAITING + 2)).hasSize(2);
        assertThat(scheduler.full()).containsExactly("w");
        assertThat(wanted).hasValue(0);
        take(scheduler);
        assertThat(wanted)
                .as("the queue has no claimed deliveries, but the database has some")
                .hasValue(1);
        assertThat(publish(scheduler, "w", 1))
                .as("newer deliveries must not overtake those in the database")
                .hasSize(1);
        scheduler.fetched(scheduler.sequence(), webhook -> true);
        assertThat(scheduler.full()).isEmpty();
        assertThat(publish(scheduler, "w", 1)).isEmpty();
    }

    @Test
    @DisplayName("rejects deliveries above the memory for bodies, and reserves half of it for published ones")
    void refuseWhatIsTooLarge() throws InterruptedException {
        var scheduler = new FairScheduler(new FairScheduler.Limits(1, 1, 100), wanted::incrementAndGet);
        assertThat(scheduler.offer(ofManyWebhooks("claimed", 20), Origin.CLAIMED))
                .hasSize(15);
        assertThat(scheduler.hasRoom(Origin.CLAIMED)).isFalse();
        assertThat(scheduler.hasRoom(Origin.PUBLISHED)).isTrue();
        assertThat(scheduler.offer(ofManyWebhooks("published", 20), Origin.PUBLISHED))
                .hasSize(15);
        assertThat(scheduler.hasRoom(Origin.PUBLISHED)).isFalse();
        var inFlight = take(scheduler);
        assertThat(scheduler.hasRoom(Origin.PUBLISHED))
                .as("requests in flight also use memory")
                .isFalse();
        scheduler.done(inFlight, OK);
        assertThat(scheduler.hasRoom(Origin.PUBLISHED)).isTrue();
    }

    @Test
    @DisplayName("lets no webhook fill the memory with long bodies")
    void shareMemory() {
        var scheduler = new FairScheduler(new FairScheduler.Limits(1, 1, 16_000), wanted::incrementAndGet);
        assertThat(publish(scheduler, "long", 200)).hasSize(100);
        assertThat(scheduler.full()).containsExactly("long");
        assertThat(publish(scheduler, "other", 1)).isEmpty();
    }

    @Test
    @DisplayName("releases most of the waiting deliveries of an endpoint that turns out to hang")
    void shedWhatHangs() throws InterruptedException {
        var scheduler = new FairScheduler(new FairScheduler.Limits(2, 10, 16_000), wanted::incrementAndGet);
        publish(scheduler, "w", 100);
        assertThat(scheduler.done(take(scheduler), HUNG))
                .as("a quarter of what it may hold remains")
                .hasSize(75);
        var few = scheduler(2, 10);
        publish(few, "w", 100);
        assertThat(few.done(take(few), HUNG)).hasSize(67);
    }

    @Test
    @DisplayName("keeps most of the memory free, even if many endpoints hang")
    void memoryOfTheHanging() throws InterruptedException {
        var scheduler = new FairScheduler(new FairScheduler.Limits(2, 100, 16_000), wanted::incrementAndGet);
        for (int i = 0; i < 50; i++) {
            publish(scheduler, "w" + i, 1);
            scheduler.done(take(scheduler), HUNG);
        }
        int refused = 0;
        for (int i = 0; i < 50; i++) {
            refused += publish(scheduler, "w" + i, 20).size();
        }
        assertThat(1_000 - refused).as("waiting deliveries of 10 bytes each").isBetween(300, 450);
        assertThat(publish(scheduler, "well", 20)).isEmpty();
    }

    @Test
    @DisplayName("can release everything that waits, and continue afterward")
    void drain() throws InterruptedException {
        var scheduler = scheduler(1, 10);
        publish(scheduler, "w", 4);
        var inFlight = take(scheduler);
        assertThat(scheduler.drain()).hasSize(3);
        scheduler.fetched(scheduler.sequence(), webhook -> true);
        publish(scheduler, "w", 1);
        scheduler.done(inFlight);
        assertThat(take(scheduler).webhookId()).isEqualTo("w");
    }

    @Test
    @DisplayName("returns nothing after it was closed")
    void close() throws InterruptedException {
        var scheduler = scheduler(1, 1);
        publish(scheduler, "w", 1);
        scheduler.close();
        assertThat(scheduler.take(1)).isEmpty();
        assertThat(publish(scheduler, "w", 1)).hasSize(1);
    }

    private FairScheduler scheduler(int inFlightPerLane, int inFlightInAll) {
        return new FairScheduler(
                new FairScheduler.Limits(inFlightPerLane, inFlightInAll, 100_000_000), wanted::incrementAndGet);
    }

    private List<LeasedDelivery> publish(FairScheduler scheduler, String webhookId, int count) {
        return scheduler.offer(leases(webhookId, count, 10), Origin.PUBLISHED);
    }

    private List<LeasedDelivery> ofManyWebhooks(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> lease(name + i, 10)).toList();
    }

    private static LeasedDelivery take(FairScheduler scheduler) throws InterruptedException {
        return scheduler.take(1).get(0);
    }

    private static List<LeasedDelivery> takeAll(FairScheduler scheduler, int count) throws InterruptedException {
        var taken = new ArrayList<LeasedDelivery>();
        for (int i = 0; i < count; i++) {
            taken.add(take(scheduler));
        }
        return taken;
    }

    private List<LeasedDelivery> leases(String webhookId, int count, int length) {
        return IntStream.range(0, count).mapToObj(i -> lease(webhookId, length)).toList();
    }

    private LeasedDelivery lease(String webhookId, int length) {
        return lease(webhookId, length, 0);
    }

    private List<LeasedDelivery> retries(String webhookId, int count, int length) {
        return Stream.generate(() -> lease(webhookId, length, 1)).limit(count).toList();
    }

    /** A lease. The delivery IDs increase, like real ones. */
    private LeasedDelivery lease(String webhookId, int length, int attempts) {
        return new LeasedDelivery(
                new UUID(0, ++lastId),
                "ws_1",
                webhookId,
                "evt_1",
                "lead.created",
                new byte[length],
                attempts,
                attempts,
                Trigger.AUTOMATIC,
                null,
                OWNER,
                true,
                new UUID(0, 0),
                EventContext.NONE,
                null,
                null,
                false);
    }
}
