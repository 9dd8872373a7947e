package ai.nexadesk.webhooks.event.kafka;

import io.smallrye.reactive.messaging.ClientCustomizer;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.providers.impl.Configs;
import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import jakarta.inject.Singleton;

/**
 * The settings of the two channels, from {@code application.properties}. The operator's properties file is passed to
 * the Kafka clients unchanged, except for properties that our guarantees depend on.
 */
@Singleton
class KafkaChannels implements ClientCustomizer<Map<String, Object>> {

    static final String EVENTS = "nexadesk-events";
    static final String DEAD_LETTERS = "nexadesk-dead-letters";

    private final Config config;
    private final KafkaSettings settings;

    KafkaChannels(Config config, KafkaSettings settings) {
        this.config = config;
        this.settings = settings;
    }

    Config events() {
        return Configs.incoming(config, KafkaConnector.CONNECTOR_NAME, EVENTS);
    }

    Config deadLetters() {
        return Configs.outgoing(config, KafkaConnector.CONNECTOR_NAME, DEAD_LETTERS);
    }

    /**
     * Passes the settings directly, because the connector would drop empty values and remove leading zeros from
     * passwords.
     */
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
