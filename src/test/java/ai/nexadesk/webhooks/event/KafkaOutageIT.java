package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Await;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import static ai.nexadesk.webhooks.event.KafkaScene.PATIENCE;
import static ai.nexadesk.webhooks.event.KafkaScene.event;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Taking events from Kafka goes on by itself")
class KafkaOutageIT {

    private static final Pattern INTERRUPTIONS = Pattern.compile("nexadesk_kafka_interruptions_total (\\d+)");
    // Where something is allowed, the rest is not.
    private static final AclBinding ONLY_WRITING = new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, KafkaScene.TOPIC, PatternType.LITERAL),
            new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.ALLOW));

    @TempDir
    Path directory;

    private KafkaScene scene;

    @BeforeEach
    void start() throws Exception {
        scene = KafkaScene.open(directory);
    }

    @AfterEach
    void stop() throws Exception {
        scene.close();
    }

    @Test
    @DisplayName("when the broker was away, as often as that is")
    void brokerAway() throws Exception {
        scene.send(event("0"));
        Await.until("an event", PATIENCE, scene::received, ids -> ids.size() == 1);
        for (int i = 1; i <= 2; i++) {
            scene.broker().kill();
            scene.broker().restart();
            scene.send(event("a" + i), event("b" + i));
            int sent = 1 + 2 * i;
            Await.until("events after outage " + i, PATIENCE, scene::received, ids -> ids.size() == sent);
            scene.awaitCommitted(sent);
        }
        assertOneOfAll(5);
    }

    @Test
    @DisplayName("when the broker refused it for a while, which log, health and metrics tell; nothing is left of what failed")
    void refused() throws Exception {
        scene.send(event("before"));
        Await.until("an event", PATIENCE, scene::received, ids -> ids.size() == 1);
        assertThat(interruptions()).isZero();
        assertThat(scene.get("/q/health/ready")).contains("\"taking\": true", "\"interruptions\": 0");
        forbidReading();
        Await.until("an interruption", PATIENCE, this::interruptions, times -> times >= 1);
        scene.send(event("one"), event("two"));
        Await.until("another", PATIENCE, this::interruptions, times -> times >= 2);
        Await.until("health", PATIENCE, () -> scene.get("/q/health/ready"), it -> it.contains("\"taking\": false"));
        assertThat(scene.get("/q/health")).doesNotContain("DOWN");
        assertThat(scene.application().output())
                .contains("Taking events from Kafka was interrupted, and begins anew in 2 s")
                .contains("Not authorized to access topics: [nexadesk-events]");
        assertThat(scene.received()).hasSize(1);
        allowReading();
        Await.until("all events", PATIENCE, scene::received, ids -> ids.size() == 3);
        scene.awaitCommitted(3);
        assertThat(scene.get("/q/health/ready")).contains("\"taking\": true");
        assertOneOfAll(3);
    }

    @Test
    @DisplayName("when that failed while a batch could not be stored: it is read again, and delivered once")
    void inHand() throws Exception {
        scene.database("alter table event_id add constraint refused check (false) not valid");
        scene.send(event("one"), event("two"));
        Await.until(
                "a try",
                PATIENCE,
                scene.application()::output,
                log -> log.contains("cannot be stored now and are tried again"));
        forbidReading();
        Await.until("an interruption", PATIENCE, this::interruptions, times -> times >= 1);
        scene.database("alter table event_id drop constraint refused");
        allowReading();
        Await.until("all events", PATIENCE, scene::received, ids -> ids.size() == 2);
        scene.awaitCommitted(2);
        assertOneOfAll(2);
    }

    /** One request an event, one consumer in the group, and one thread that polls. */
    private void assertOneOfAll(int events) throws Exception {
        assertThat(scene.requests()).isEqualTo(events);
        Await.until("one member", PATIENCE, scene::members, members -> members.size() == 1);
        assertThat(scene.application().threads())
                .filteredOn(name -> name.startsWith("smallrye-kafka-consumer-thread"))
                .hasSize(1);
        assertThat(scene.application().threads())
                .filteredOn(name -> name.startsWith("kafka-producer-network-thread"))
                .hasSize(1);
    }

    private long interruptions() {
        var metric = INTERRUPTIONS.matcher(scene.get("/q/metrics"));
        assertThat(metric.find()).isTrue();
        return Long.parseLong(metric.group(1));
    }

    private void forbidReading() throws Exception {
        try (var admin = scene.broker().admin()) {
            admin.createAcls(List.of(ONLY_WRITING)).all().get();
        }
    }

    private void allowReading() throws Exception {
        try (var admin = scene.broker().admin()) {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        }
    }
}
