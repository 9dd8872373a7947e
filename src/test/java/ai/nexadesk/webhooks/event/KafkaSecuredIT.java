package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static ai.nexadesk.webhooks.event.KafkaScene.PATIENCE;
import static ai.nexadesk.webhooks.event.KafkaScene.event;
import static ai.nexadesk.webhooks.testing.KafkaBroker.PASSWORD;
import static ai.nexadesk.webhooks.testing.KafkaBroker.USER;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A broker with TLS and passwords")
class KafkaSecuredIT {

    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

    @TempDir
    Path directory;

    private KafkaScene scene;

    @BeforeEach
    void start() throws Exception {
        scene = KafkaScene.prepare(directory);
    }

    @AfterEach
    void stop() throws Exception {
        scene.close();
    }

    @Test
    @DisplayName("gives events and takes dead letters, with PLAIN as with SCRAM")
    void mechanisms() throws Exception {
        scene.startApplication(scene.broker().securedAddress(), settings("PLAIN", PLAIN, PASSWORD));
        scene.createWebhook();
        scene.send(event("one"), "no JSON");
        Await.until("an event", PATIENCE, scene::received, ids -> ids.contains("one"));
        scene.awaitCommitted(2);
        scene.application().close();
        scene.startApplication(scene.broker().securedAddress(), settings("SCRAM-SHA-512", SCRAM, PASSWORD));
        scene.send(event("two"), "no JSON");
        Await.until("an event", PATIENCE, scene::received, ids -> ids.contains("two"));
        scene.awaitCommitted(4);
        assertThat(scene.deadLetters(2)).hasSize(2);
    }

    @Test
    @DisplayName("that is not trusted, or does not know the password, is told; what is mended in the file needs no restart")
    void mended() throws Exception {
        scene.send(event("one"));
        var untrusted = List.of(settings("PLAIN", PLAIN, "another"));
        scene.startApplication(
                scene.broker().securedAddress(),
                untrusted.stream()
                        .filter(line -> !line.startsWith("ssl.truststore"))
                        .toArray(String[]::new));
        scene.createWebhook();
        awaitLog("SSL handshake failed");
        scene.writeProperties(settings("PLAIN", PLAIN, "another"));
        awaitLog("Authentication failed: Invalid username or password");
        assertThat(scene.get("/q/health")).doesNotContain("DOWN");
        assertThat(scene.received()).isEmpty();
        scene.writeProperties(settings("PLAIN", PLAIN, PASSWORD));
        Await.until("an event", PATIENCE, scene::received, ids -> ids.contains("one"));
        assertThat(scene.application().output()).doesNotContain("another").doesNotContain(PASSWORD);
    }

    private void awaitLog(String text) {
        Await.until("the log to tell", PATIENCE, scene.application()::output, log -> log.contains(text));
    }

    /** As the documentation tells. */
    private String[] settings(String mechanism, String module, String password) {
        return new String[] {
            "security.protocol=SASL_SSL",
            "sasl.mechanism=" + mechanism,
            "sasl.jaas.config=" + module + " required username=\"" + USER + "\" password=\"" + password + "\";",
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + scene.broker().certificate()
        };
    }
}
