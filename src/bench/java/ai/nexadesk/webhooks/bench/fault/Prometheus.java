package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Application;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.embedded.FreePort;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A Prometheus server that scrapes all replicas every few seconds, with the alerts for operators. */
final class Prometheus implements AutoCloseable {

    private static final String SETTINGS = """
            global: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 1s}
            rule_files: ['%s']
            scrape_configs:
              - job_name: replicas
                metrics_path: /q/metrics
                static_configs: [{targets: [%s]}]
            """;
    private static final Path RULES = Path.of("docker/prometheus-rules.yaml");

    /** When each alert was first pending or firing, in seconds since 1970. */
    private static final String FIRST =
            "sort(min by (alertname, alertstate) (min_over_time(timestamp(ALERTS)[2h:1s])))";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final int port;
    private final Process process;
    private final Thread end;

    private Prometheus(String program, List<Application> applications) throws IOException {
        this.directory = Files.createTempDirectory("nexadesk-bench-prometheus");
        this.port = FreePort.choose();
        var targets = applications.stream()
                .map(application -> "'127.0.0.1:" + application.port() + "'")
                .collect(Collectors.joining(", "));
        var settings = Files.writeString(
                directory.resolve("prometheus.yml"), SETTINGS.formatted(RULES.toAbsolutePath(), targets));
        this.process = new ProcessBuilder(
                        program,
                        "--config.file=" + settings,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        this.end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** Starts this program and waits until it is ready. */
    static Prometheus start(String program, List<Application> applications) throws IOException {
        var prometheus = new Prometheus(program, applications);
        try {
            prometheus.awaitReady();
            return prometheus;
        } catch (IOException e) {
            prometheus.close();
            throw e;
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("Prometheus did not start: " + Files.readString(directory.resolve("log")));
            }
            Pause.millis(100);
        }
    }

    private boolean isReady() {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Each alert that was pending or firing, and how many seconds after this time it first was. */
    List<String> alerts(long sinceMillis) throws IOException {
        var answer = get("/api/v1/query?query=" + URLEncoder.encode(FIRST, StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new IOException("Prometheus did not answer the query: " + answer.body());
        }
        return new JsonObject(answer.body())
                .getJsonObject("data").getJsonArray("result").stream()
                        .map(JsonObject.class::cast)
                        .map(alert -> alert(alert, sinceMillis))
                        .toList();
    }

    private static String alert(JsonObject alert, long sinceMillis) {
        var labels = alert.getJsonObject("metric");
        double at = Double.parseDouble(alert.getJsonArray("value").getString(1));
        return "%s %s after %.0f s"
                .formatted(labels.getString("alertname"), labels.getString("alertstate"), at - sinceMillis / 1e3);
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(PATIENCE)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(end);
        try (var tree = Files.walk(directory)) {
            for (var file : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
