package ai.nexadesk.webhooks.event.kafka;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.Optional;

/** Publishing from Kafka. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.kafka")
public interface KafkaSettings {

    /** Brokers as {@code host:port}, separated by commas; without any, Kafka is not used. */
    Optional<String> bootstrapServers();

    /** The topic of events, with the workspace as key. */
    @WithDefault("nexadesk-events")
    String topic();

    /** The topic for invalid records. */
    @WithDefault("nexadesk-events-dead")
    String deadLetterTopic();

    /** The consumer group of all replicas. */
    @WithDefault("nexadesk-webhooks")
    String group();

    /** A file with further properties of Kafka's client, such as {@code security.protocol}. */
    Optional<String> propertiesFile();
}
