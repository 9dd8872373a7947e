package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.embedded.FreePort;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged application in its own process, as an operator runs it. It can be restarted on the same port. */
public final class Application implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Options options;
    private final List<String> properties;
    private final Path log;
    private final int port;
    private Process process;

    private Application(Options options, List<String> properties, Path log, int port) throws IOException {
        this.options = options;
        this.properties = properties;
        this.log = log;
        this.port = port;
        this.process = launch();
    }

    /** Starts it with these system properties and waits until it is ready. */
    static Application start(Options options, List<String> properties, Path log) throws IOException {
        var application = new Application(options, properties, log, FreePort.choose());
        application.awaitReady();
        return application;
    }

    private Process launch() throws IOException {
        var command = new ArrayList<String>();
        command.add(options.java());
        command.addAll(options.jvm());
        for (var property : properties) {
            command.add("-D" + property);
        }
        for (var property : options.settings()) {
            command.add("-D" + property);
        }
        command.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                // Disabled, because a ping with wrong signatures would count as a fault.
                "-Dnexadesk.webhooks.signature-test=false",
                "-jar",
                options.app().resolve("quarkus-run.jar").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Restarts it after it has ended, without waiting for readiness. */
    public void relaunch() throws IOException {
        process = launch();
    }

    /** Waits until it reports that it is ready. */
    public void awaitReady() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            if (isReady()) {
                return;
            }
            Pause.millis(100);
        }
        throw new IOException("The application did not start: " + String.join("\n", tail()));
    }

    private boolean isReady() {
        try {
            return get("/q/health/ready", "").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> tail() throws IOException {
        var lines = Files.readAllLines(log);
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }

    /** The path of its log. */
    public Path log() {
        return log;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public int port() {
        return port;
    }

    public HttpResponse<String> get(String path, String cookie) throws IOException {
        var request = request(path);
        return send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }

    public HttpResponse<String> post(String path, String header, String value, String type, String body)
            throws IOException {
        return send(request(path)
                .header(header, value)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> patch(String path, String authorization, String body) throws IOException {
        return send(request(path)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by name: KILL, STOP, CONT, TERM. */
    public void signal(String name) throws IOException {
        Pause.run(List.of("kill", "-" + name, Long.toString(pid())));
    }

    /** Kills it, like a power failure. */
    public void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks it to exit, and waits until it has. */
    public void stop() throws IOException {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() throws IOException {
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("The application did not exit within 40 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
