package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs the receivers that people copy, if their language is installed. */
@DisplayName("A sample receiver")
class CodeSampleTest {

    /** Compiling a sample can take this long on a slow machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final byte[] BODY =
            "{\"event\":\"lead.created\",\"data\":{\"name\":\"Zoë 😀\"}}".getBytes(StandardCharsets.UTF_8);

    private final SigningSecret secret = SigningSecret.generate();
    private final SigningSecret other = SigningSecret.generate();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private String url;

    @TempDir
    Path directory;

    @ParameterizedTest
    @DisplayName("accepts only requests signed with its secret, current or pending:")
    @ValueSource(strings = {"Java", "Node.js", "Python", "Go", "PHP", "Ruby"})
    void verifies(String language) throws Exception {
        var sample = CodeSample.ALL.stream()
                .filter(one -> one.language().equals(language))
                .findFirst()
                .orElseThrow();
        var file = Files.writeString(directory.resolve(sample.file()), sample.code());
        int port = FreePort.choose();
        var process = start(command(language, file, port), port);
        try {
            url = "http://127.0.0.1:" + port + "/hook";
            var genuine = signed(secret, null);
            Await.until(language + " to respond", PATIENCE, () -> answer(BODY, genuine), status -> status == 200);
            assertThat(answer(BODY, signed(other, secret)))
                    .as("signed with the next secret")
                    .isEqualTo(200);
            assertThat(answer(BODY, signed(other, null)))
                    .as("signed with another secret")
                    .isEqualTo(401);
            assertThat(answer("{\"event\":\"lead.deleted\"}".getBytes(StandardCharsets.UTF_8), genuine))
                    .as("another body")
                    .isEqualTo(401);
            assertThat(answer(BODY, new String[] {"X-NexaDesk-Signature", "sha256="}))
                    .isEqualTo(401);
            assertThat(answer(BODY, new String[] {"X-Other", "none"}))
                    .as("no signature")
                    .isEqualTo(401);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("exists once per language, with a name of its own")
    void all() {
        assertThat(CodeSample.ALL).hasSize(7);
        assertThat(CodeSample.ALL.stream().map(CodeSample::id).distinct()).hasSize(7);
        assertThat(CodeSample.ALL).allSatisfy(sample -> assertThat(sample.code())
                .contains("WEBHOOK_SECRET")
                .containsPattern("(?i)x.nexadesk.signature.next"));
    }

    @Test
    @DisplayName("is highlighted without changes to its text")
    void highlighted() {
        assertThat(CodeSample.ALL).allSatisfy(sample -> {
            var markup = sample.markup().getValue();
            assertThat(markup).contains("class=\"code-comment\"", "class=\"code-string\"", "class=\"code-keyword\"");
            assertThat(markup.replaceAll("</?span[^>]*>", "")
                            .replace("&lt;", "<")
                            .replace("&amp;", "&"))
                    .isEqualTo(sample.code());
        });
    }

    private static List<String> command(String language, Path file, int port) {
        var path = file.toString();
        return switch (language) {
            case "Java" ->
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), path);
            case "Node.js" -> List.of(onPath("node"), path);
            case "Python" -> List.of(onPath("python3"), path);
            case "Go" -> List.of(onPath("go"), "run", path);
            case "PHP" -> List.of(onPath("php"), "-S", "127.0.0.1:" + port, path);
            case "Ruby" -> List.of(onPath("ruby"), path);
            default -> throw new IllegalArgumentException(language);
        };
    }

    private static String onPath(String tool) {
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "Skipped: there is no " + tool + " here.");
        return found.get().toString();
    }

    private Process start(List<String> command, int port) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("WEBHOOK_SECRET", secret.value());
        builder.environment().put("PORT", Integer.toString(port));
        return builder.start();
    }

    private static String[] signed(SigningSecret current, SigningSecret pending) {
        var message = new Message("lead.created", "evt_1", "dlv_1", 1, BODY);
        return SignedHeaders.of(message, current, pending, Instant.now(), "1").stream()
                .flatMap(header -> Stream.of(header.name(), header.value()))
                .toArray(String[]::new);
    }

    /** The status, or 0 while the receiver does not listen. */
    private int answer(byte[] body, String[] headers) {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
