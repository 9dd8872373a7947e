package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.reactive.messaging.ClientCustomizer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import jakarta.inject.Singleton;

/**
 * The settings of our two channels for SmallRye's Kafka connector. What an operator's file says reaches Kafka's clients as it
 * stands there, but for what our promises need.
 */
@Singleton
class KafkaChannels implements ClientCustomizer<Map<String, Object>> {

    static final String EVENTS = "nexadesk-events";
    static final String DEAD_LETTERS = "nexadesk-dead-letters";

    /** How long Kafka may take to close a client. */
    private static final int PATIENCE_MILLIS = 5_000;

    /** What a batch takes of memory; one is stored, one or two wait, and one is fetched ahead. */
    private static final int BYTES_AT_ONCE = 8 << 20;

    private static final int RECORDS_AT_ONCE = 1_000;

    /** More than what is fetched at once, and than any record that a broker takes by default. */
    private static final int BYTES_OF_LETTER = 2 * BYTES_AT_ONCE;

    private final Settings.Kafka settings;

    KafkaChannels(Settings settings) {
        this.settings = settings.kafka();
    }

    /** Takes records in batches, and commits a batch when it is acknowledged, which is when all of it is durable. */
    Config events() {
        return channel(
                EVENTS,
                Map.ofEntries(
                        Map.entry("topic", settings.topic()),
                        Map.entry("group.id", settings.group()),
                        Map.entry("batch", "true"),
                        Map.entry("commit-strategy", "latest"),
                        Map.entry("enable.auto.commit", "false"),
                        // A group that is new has missed nothing yet.
                        Map.entry("auto.offset.reset", "earliest"),
                        Map.entry("isolation.level", "read_committed"),
                        Map.entry("partition.assignment.strategy", CooperativeStickyAssignor.class.getName()),
                        Map.entry("key.deserializer", ByteArrayDeserializer.class.getName()),
                        Map.entry("value.deserializer", ByteArrayDeserializer.class.getName()),
                        Map.entry("max.poll.records", Integer.toString(RECORDS_AT_ONCE)),
                        Map.entry("fetch.max.bytes", Integer.toString(BYTES_AT_ONCE)),
                        Map.entry("max-queue-size-factor", "1"),
                        // Also how long a stop waits for it, twice.
                        Map.entry("poll-timeout", "200")));
    }

    /** Takes records that can never be published. */
    Config deadLetters() {
        return channel(
                DEAD_LETTERS,
                Map.of(
                        "topic", settings.deadLetterTopic(),
                        "acks", "all",
                        "key.serializer", ByteArraySerializer.class.getName(),
                        "value.serializer", ByteArraySerializer.class.getName(),
                        "max.request.size", Integer.toString(BYTES_OF_LETTER)));
    }

    private Config channel(String name, Map<String, String> own) {
        var properties = new HashMap<>(own);
        properties.put("channel-name", name);
        properties.put("bootstrap.servers", settings.bootstrapServers().orElseThrow());
        properties.put("close-timeout", Integer.toString(PATIENCE_MILLIS));
        properties.put("health-enabled", "false");
        properties.put("tracing-enabled", "false");
        properties.put("cloud-events", "false");
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, name, 0))
                .build();
    }

    /** The connector would drop values that are empty, and take zeros from the front of passwords. */
    @Override
    public Map<String, Object> customize(String channel, Config ours, Map<String, Object> client) {
        for (var property : operators().entrySet()) {
            var name = property.getKey().toString();
            if (ours.getOptionalValue(name, String.class).isEmpty()) {
                client.put(name, property.getValue());
            }
        }
        return client;
    }

    private Properties operators() {
        var properties = new Properties();
        settings.propertiesFile().ifPresent(path -> {
            try (var file = Files.newBufferedReader(Path.of(path))) {
                properties.load(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return properties;
    }
}
