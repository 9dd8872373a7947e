package ai.nexadesk.webhooks.bench.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The benchmark's view of the sink: a process and its control connection. */
public final class SinkProcess implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final String control;
    private final List<Integer> ports;

    private SinkProcess(Process process, String control) throws IOException {
        this.process = process;
        this.control = control;
        this.ports = new JsonArray(ask("/ports", ""))
                .stream().map(Integer.class::cast).toList();
    }

    static SinkProcess start(int endpoints) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sink.class.getName(),
                        Integer.toString(endpoints))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new SinkProcess(process, "http://127.0.0.1:" + out.readLine());
    }

    /** The URL of the endpoint with this index. */
    public String url(int index) {
        return "http://127.0.0.1:" + ports.get(index) + "/hook/" + index;
    }

    /** Makes the endpoint check its requests from now on. */
    public void know(int index, String workspace, String secret) throws IOException {
        ask(
                "/endpoint",
                new JsonObject()
                        .put("index", index)
                        .put("workspace", workspace)
                        .put("secret", secret)
                        .encode());
    }

    /** Sets the behavior of the endpoints from the first index up to, but excluding, the last one. */
    public void behave(int from, int to, Behaviour behaviour) throws IOException {
        ask(
                "/behaviour",
                new JsonObject()
                        .put("from", from)
                        .put("to", to)
                        .put("behaviour", behaviour.name())
                        .encode());
    }

    /** The sink's counts so far. */
    public JsonObject counts() throws IOException {
        return new JsonObject(ask("/counts", ""));
    }

    public long requests() throws IOException {
        return counts().getLong("requests");
    }

    /**
     * Makes the sink write all receipts to this file. Each is a long with the event number and endpoint, and a long
     * with the time in microseconds.
     */
    void writeReceipts(Path file) throws IOException {
        ask("/receipts", file.toString());
    }

    long pid() {
        return process.pid();
    }

    private String ask(String path, String body) throws IOException {
        try {
            var request = HttpRequest.newBuilder(URI.create(control + path))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("The sink rejected " + path + ": " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
