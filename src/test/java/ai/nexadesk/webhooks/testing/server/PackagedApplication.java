package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;
import ai.nexadesk.webhooks.testing.Await;
import io.restassured.path.json.JsonPath;
import org.jspecify.annotations.Nullable;

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

/** The packaged application in its own process, in the evaluation mode, as a new user starts it. */
public final class PackagedApplication implements AutoCloseable {

    /** The demo's API key, as printed at startup. */
    public static final String API_KEY = "fc_live_NexaDeskDemoKeyForYourFirstLoo25eZP5";

    /** The demo's publisher token, as printed at startup. */
    public static final String PUBLISHER_TOKEN = "nexadesk-demo-publisher";

    /** The demo's workspace. */
    public static final String WORKSPACE = "ws_nexadeskdemo";

    /** Rows for a new database: the demo's workspace and its key, so that this client works there, too. */
    public static final String FIRST_ROWS = """
            insert into workspace (id, name) values ('%1$s', 'Test');
            insert into api_key (workspace_id, name, prefix, key_hash, scopes)
            values ('%1$s', 'Test', left('%2$s', 12), sha256(convert_to('%2$s', 'UTF8')), '{read,write}')
            """.formatted(WORKSPACE, API_KEY);

    /**
     * The other settings that an installation with its own database requires, and those that allow endpoints on this
     * machine.
     */
    public static final List<String> INSTALLATION = List.of(
            "-Dnexadesk.secrets.encryption-key=dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=",
            "-Dnexadesk.public-url=https://app.example.com",
            "-Dnexadesk.webhooks.signature-test=false",
            "-Dnexadesk.publisher.tokens=" + PUBLISHER_TOKEN,
            "-Dnexadesk.outgoing.allowed-networks=127.0.0.0/8",
            "-Dnexadesk.outgoing.allow-insecure=true");

    /** The additional setting for a database that is fast because it does not flush anything to disk. */
    public static final String ON_UNSAFE_DATABASE = "-Dnexadesk.allow-unsafe-database=true";

    private static final Path PACKAGED = Path.of("target/quarkus-app");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Process process;
    private final Path log;
    private final int port;

    private PackagedApplication(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts the application on this data directory with these additional system properties, without waiting. */
    public static PackagedApplication launch(Path dataDir, String... properties) throws IOException {
        return launchFrom(PACKAGED, dataDir, properties);
    }

    private static PackagedApplication launchFrom(Path packaged, Path dataDir, String... properties)
            throws IOException {
        int port = port(properties);
        var command = new ArrayList<>(List.of(
                java(),
                // With a heap size on the command line, the application does not start a child process. Most code runs
                // only a few times, so optimizing and verifying it takes longer than it saves.
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-Dnexadesk.data-dir=" + dataDir,
                "-Dnexadesk.api.requests-per-minute=0",
                "-Dquarkus.http.port=" + port));
        command.addAll(List.of(properties));
        command.addAll(List.of("-jar", packaged.resolve("quarkus-run.jar").toString()));
        return launch(command, port);
    }

    /** Starts the application with only these arguments of {@code java}, without waiting. */
    public static PackagedApplication launchWithOnly(Path dataDir, String... options) throws IOException {
        int port = FreePort.choose();
        var command = new ArrayList<>(List.of(java(), "-Dnexadesk.data-dir=" + dataDir, "-Dquarkus.http.port=" + port));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", PACKAGED.resolve("quarkus-run.jar").toString()));
        return launch(command, port);
    }

    private static int port(String... properties) throws IOException {
        var name = "-Dquarkus.http.port=";
        for (var property : properties) {
            if (property.startsWith(name)) {
                return Integer.parseInt(property.substring(name.length()));
            }
        }
        return FreePort.choose();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static PackagedApplication launch(List<String> command, int port) throws IOException {
        var log = Files.createTempFile("nexadesk-application", ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new PackagedApplication(process, log, port);
    }

    /** Starts the application and waits until it reports that it is ready. */
    public static PackagedApplication start(Path dataDir, String... properties) throws IOException {
        return startFrom(PACKAGED, dataDir, properties);
    }

    /** Starts another package of the application than the built one. */
    public static PackagedApplication startFrom(Path packaged, Path dataDir, String... properties) throws IOException {
        var application = launchFrom(packaged, dataDir, properties);
        Await.until(
                "the start",
                PATIENCE,
                application::output,
                output -> output.contains("is ready") || !application.process.isAlive());
        if (!application.process.isAlive()) {
            throw new AssertionError("The application did not start: " + application.output());
        }
        return application;
    }

    /** Everything that the application has printed. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** The application's URL with this path. */
    public String url(String path) {
        return "http://localhost:" + port + path;
    }

    /** Publishes a JSON body, as NexaDesk's services do. */
    public HttpResponse<String> publish(String json) throws IOException, InterruptedException {
        return send("/api/v1/internal/events", PUBLISHER_TOKEN, json);
    }

    /** Requests a data erasure, as NexaDesk's services do. */
    public HttpResponse<String> erase(String json) throws IOException, InterruptedException {
        return send("/api/v1/internal/erasures", PUBLISHER_TOKEN, json);
    }

    /** Posts JSON to the REST API with the demo's key. */
    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send("/api/v1/external" + path, API_KEY, json);
    }

    /** Sends a PATCH request to the REST API with the demo's key. */
    public HttpResponse<String> patch(String path, String json) throws IOException, InterruptedException {
        var request = request("/api/v1/external" + path, API_KEY)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Reads from the REST API with the demo's key. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path, API_KEY).build(), HttpResponse.BodyHandlers.ofString());
    }

    /**
     * Reads the events feed from this place to its end, but at most this many pages.
     *
     * @param place where the last read stopped; null for the beginning
     * @param ids the list to which the event IDs are added
     * @return where this read stopped
     */
    public @Nullable String feed(@Nullable String place, List<String> ids, int most)
            throws IOException, InterruptedException {
        var after = place;
        int pages = 0;
        JsonPath page;
        do {
            var answer = get("/api/v1/external/events?limit=100" + (after == null ? "" : "&after=" + after));
            if (answer.statusCode() != 200) {
                throw new IOException(answer.body());
            }
            page = JsonPath.from(answer.body());
            ids.addAll(page.getList("data.id", String.class));
            after = page.getString("pagination.next_cursor");
        } while (page.getBoolean("pagination.has_more") && ++pages < most);
        return after;
    }

    private HttpResponse<String> send(String path, String token, String json) throws IOException, InterruptedException {
        var request = request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(url(path)))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    /** The names of the application's threads. */
    public List<String> threads() throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var dump = new ProcessBuilder(jcmd, Long.toString(process.pid()), "Thread.print").start();
        try (var lines = dump.inputReader().lines()) {
            return lines.filter(line -> line.startsWith("\""))
                    .map(line -> line.substring(1, line.indexOf('"', 1)))
                    .toList();
        }
    }

    /** The process that the command line started. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Sends the process a signal, such as {@code STOP}. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Kills the application, like a power failure. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Waits until the application exits by itself, and returns its exit code. */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("The application did not exit: " + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}
