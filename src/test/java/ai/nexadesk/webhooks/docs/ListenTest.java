package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Signatures;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@QuarkusTest
@DisplayName("The program listen.mjs")
class ListenTest {

    private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    @TestHTTPResource
    URI root;

    @TempDir
    Path directory;

    @Test
    @DisplayName("sends published events to a local address, as a webhook would receive them")
    void sends() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "node"))),
                "Node.js is not installed");
        var program = directory.resolve("listen.mjs");
        Files.writeString(program, given().get("/docs/listen.mjs").asString());
        var api = Api.ofNewWorkspace();
        try (var receiver = Receiver.start()) {
            var builder =
                    new ProcessBuilder("node", program.toString(), receiver.url("/local")).redirectErrorStream(true);
            builder.environment().put("NEXADESK_URL", root.toString());
            builder.environment().put("NEXADESK_API_KEY", api.key());
            builder.environment().put("WEBHOOK_SECRET", SECRET);
            builder.environment().put("AFTER", "start");
            var process = builder.start();
            try (var output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(output.readLine()).contains("Sending events");
                var event = api.publish("lead.created", "{\"id\":\"1\",\"b\":1.50,\"a\":\"é\",\"2\":[]}");
                var request = receiver.await(1, Duration.ofSeconds(20)).get(0);
                assertThat(request.header("x-nexadesk-event-id")).isEqualTo(event);
                assertThat(request.header("x-nexadesk-record")).isEqualTo("lead:1");
                assertThat(request.header("x-nexadesk-signature"))
                        .isEqualTo(Signatures.documented(request.body(), SECRET));
                assertThat(new String(request.body(), StandardCharsets.UTF_8))
                        .startsWith("{\"event\":\"lead.created\",\"timestamp\":")
                        .endsWith("\"data\":{\"2\":[],\"id\":\"1\",\"b\":1.5,\"a\":\"é\"}}");
                assertThat(output.readLine()).isEqualTo("200 lead.created " + event);
                assertThat(output.readLine()).startsWith("AFTER=");
            } finally {
                process.destroy();
            }
        }
    }
}
