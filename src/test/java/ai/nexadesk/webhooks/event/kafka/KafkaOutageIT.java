package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.testing.Await;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Consuming events from Kafka recovers by itself")
class KafkaOutageIT {

    // If a topic has an ACL, everything that it does not allow is denied.
    private static final AclBinding ONLY_WRITING = new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, KafkaTestSetup.TOPIC, PatternType.LITERAL),
            new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.ALLOW));

    private static KafkaTestSetup scene;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        scene = KafkaTestSetup.open(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    @Test
    @DisplayName("after the broker was unreachable, which health and metrics show")
    void brokerAway() throws Exception {
        send("before-outage");
        awaitReceived("before-outage");
        awaitConsuming(true);
        scene.broker().kill();
        awaitConsuming(false);
        assertThat(scene.get("/q/health")).doesNotContain("DOWN");
        scene.broker().restart();
        send("after-outage-1", "after-outage-2");
        awaitReceived("after-outage-1", "after-outage-2");
    }

    @Test
    @DisplayName("after the broker rejected it, which log, health and metrics show")
    void refused() throws Exception {
        send("before-refusal");
        awaitReceived("before-refusal");
        awaitConsuming(true);
        double before = interruptions();
        forbidReading();
        awaitConsuming(false);
        send("refused-1", "refused-2");
        Await.until("another attempt", PATIENCE, KafkaOutageIT::interruptions, times -> times >= before + 2);
        assertThat(scene.get("/q/health")).doesNotContain("DOWN");
        assertThat(scene.application().output())
                .containsPattern("Consuming events from Kafka was interrupted; restarting in \\d+ s: .*"
                        + "Not authorized to access topics: \\[nexadesk-events\\]");
        assertThat(scene.received()).doesNotContain("refused-1", "refused-2");
        allowReading();
        awaitReceived("refused-1", "refused-2");
    }

    @Test
    @DisplayName("after the broker rejected it with an unstored batch, which is read again")
    void inHand() throws Exception {
        scene.database("alter table event_id add constraint refused check (false) not valid");
        send("in-hand-1", "in-hand-2");
        Await.until(
                "an attempt",
                PATIENCE,
                scene.application()::output,
                log -> log.contains("could not be stored and will be retried"));
        double before = interruptions();
        forbidReading();
        Await.until("an interruption", PATIENCE, KafkaOutageIT::interruptions, times -> times > before);
        scene.database("alter table event_id drop constraint refused");
        allowReading();
        awaitReceived("in-hand-1", "in-hand-2");
    }

    /** Checks that each event was sent once and is committed, and that failed clients have left nothing behind. */
    @AfterEach
    void oneOfAll() throws Exception {
        scene.awaitCommitted();
        awaitConsuming(true);
        assertThat(scene.requests()).isEqualTo(scene.sent());
        scene.awaitOneMember();
        assertThat(scene.application().threads())
                .filteredOn(name -> name.startsWith("smallrye-kafka-consumer-thread"))
                .hasSize(1);
        assertThat(scene.application().threads())
                .filteredOn(name -> name.startsWith("kafka-producer-network-thread"))
                .hasSize(1);
    }

    private static void send(String... ids) throws Exception {
        scene.send(List.of(ids).stream().map(KafkaTestSetup::event).toArray(String[]::new));
    }

    private static void awaitReceived(String... ids) {
        Await.until("events", PATIENCE, scene::received, received -> received.containsAll(List.of(ids)));
    }

    private static void awaitConsuming(boolean consuming) {
        Await.until(
                "health",
                PATIENCE,
                () -> scene.get("/q/health/ready"),
                health -> health.contains("\"consuming\": " + consuming));
        Await.until(
                "metrics",
                PATIENCE,
                () -> scene.metric("nexadesk_kafka_consuming"),
                value -> value == (consuming ? 1 : 0));
    }

    private static double interruptions() {
        return scene.metric("nexadesk_kafka_interruptions_total");
    }

    private static void forbidReading() throws Exception {
        scene.admin().createAcls(List.of(ONLY_WRITING)).all().get();
    }

    private static void allowReading() throws Exception {
        scene.admin().deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }
}
