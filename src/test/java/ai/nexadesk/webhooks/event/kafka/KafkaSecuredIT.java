package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.stream.Stream;

import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.PATIENCE;
import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.event;
import static ai.nexadesk.webhooks.testing.server.KafkaBroker.PASSWORD;
import static ai.nexadesk.webhooks.testing.server.KafkaBroker.USER;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A broker with TLS and passwords")
class KafkaSecuredIT {

    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

    private static final String WRONG = "wrong-0816";

    private static KafkaTestSetup scene;

    @BeforeAll
    static void prepare(@TempDir Path directory) throws Exception {
        scene = KafkaTestSetup.prepare(directory);
    }

    @AfterAll
    static void end() throws Exception {
        scene.close();
    }

    @AfterEach
    void stop() throws Exception {
        scene.application().close();
    }

    @Test
    @DisplayName("provides events and accepts dead letters")
    void plain() throws Exception {
        scene.startApplication(scene.broker().securedAddress(), settings("PLAIN", PLAIN, PASSWORD));
        scene.createWebhook();
        scene.send(event("plain"), "no JSON");
        Await.until("an event", PATIENCE, scene::received, ids -> ids.contains("plain"));
        assertThat(scene.deadLetters("no JSON")).hasSize(1);
    }

    @Test
    @DisplayName("that is not trusted, or rejects the password, is reported, and a corrected file needs no restart")
    void mended() throws Exception {
        var untrusted = Stream.of(settings("SCRAM-SHA-512", SCRAM, WRONG))
                .filter(line -> !line.startsWith("ssl.truststore"))
                .toArray(String[]::new);
        scene.startApplication(scene.broker().securedAddress(), untrusted);
        scene.createWebhook();
        scene.send(event("scram"));
        awaitLog("SSL handshake failed");
        scene.writeProperties(settings("SCRAM-SHA-512", SCRAM, WRONG));
        awaitLog("Authentication failed");
        assertThat(scene.get("/q/health")).contains("\"consuming\": false").doesNotContain("DOWN");
        assertThat(scene.received()).doesNotContain("scram");
        scene.writeProperties(settings("SCRAM-SHA-512", SCRAM, PASSWORD));
        Await.until("an event", PATIENCE, scene::received, ids -> ids.contains("scram"));
        assertThat(scene.application().output()).doesNotContain(WRONG).doesNotContain(PASSWORD);
    }

    private static void awaitLog(String text) {
        Await.until("the log entry", PATIENCE, scene.application()::output, log -> log.contains(text));
    }

    /** The client properties from the documentation. */
    private static String[] settings(String mechanism, String module, String password) {
        return new String[] {
            "security.protocol=SASL_SSL",
            "sasl.mechanism=" + mechanism,
            "sasl.jaas.config=" + module + " required username=\"" + USER + "\" password=\"" + password + "\";",
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + scene.broker().certificate()
        };
    }
}
