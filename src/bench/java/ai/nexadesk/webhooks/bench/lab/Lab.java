package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Pause;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/** The environment of one workload, created for it and removed after it. */
public final class Lab implements AutoCloseable {

    private static final Path PROGRAMS = Path.of(System.getProperty("java.io.tmpdir"), "nexadesk-bench-programs");

    private final Options options;
    private final Path directory;
    private final Database database;
    private final SinkProcess sink;
    private final List<Application> applications = new ArrayList<>();
    private final Published published = new Published();
    private final String encryptionKey;
    private List<Space> spaces = List.of();

    private Lab(Options options, Path directory, Database database, SinkProcess sink) {
        this.options = options;
        this.directory = directory;
        this.database = database;
        this.sink = sink;
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.encryptionKey = Base64.getEncoder().encodeToString(key);
        // An interrupted run leaves no application behind. The database and the sink exit by themselves.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> applications.forEach(Application::close)));
    }

    /** A database and a sink with this many endpoints, without an application. */
    public static Lab empty(Options options, int endpoints) throws IOException, SQLException {
        return empty(options, endpoints, Files.createTempDirectory("nexadesk-bench"));
    }

    /** A database and a sink, without an application, with the data below this directory. */
    public static Lab empty(Options options, int endpoints, Path directory) throws IOException, SQLException {
        var database = Database.start(directory.resolve("postgresql"), PROGRAMS);
        int explain = options.number("explain", 0);
        if (explain > 0) {
            database.explain(explain);
        }
        return new Lab(options, directory, database, SinkProcess.start(endpoints));
    }

    /** The evaluation mode: an application with an embedded database. */
    public static Lab evaluation(Options options, int endpoints) throws IOException {
        var directory = Files.createTempDirectory("nexadesk-bench");
        var data = directory.resolve("data");
        Files.createDirectory(data);
        var lab = new Lab(options, directory, Database.ofEvaluation(data), SinkProcess.start(endpoints));
        lab.start(List.of("nexadesk.data-dir=" + data, "nexadesk.publisher.tokens=" + Publisher.TOKEN));
        return lab;
    }

    /**
     * An environment with one application, a database prepared like one in use, and a workspace for each number, with
     * that many webhooks.
     */
    public static Lab open(Options options, List<Integer> fanOuts) throws IOException, SQLException {
        var lab = empty(options, fanOuts.stream().mapToInt(Integer::intValue).sum());
        try {
            lab.database.recycle();
            lab.startApplication(lab.database.jdbcUrl());
            lab.makeSpaces(fanOuts);
            return lab;
        } catch (IOException | SQLException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    public void makeSpaces(List<Integer> fanOuts) throws IOException, SQLException {
        spaces = new Spaces(database, application(), sink).make(fanOuts);
    }

    /** Starts another replica, on the database at this URL. */
    public Application startApplication(String jdbcUrl, String... settings) throws IOException {
        var properties = new ArrayList<>(List.of(
                "quarkus.datasource.jdbc.url=" + jdbcUrl,
                "quarkus.datasource.username=" + database.username(),
                "quarkus.datasource.password=" + database.password(),
                "nexadesk.publisher.tokens=" + Publisher.TOKEN,
                "nexadesk.outgoing.allowed-networks=127.0.0.0/8",
                "nexadesk.outgoing.allow-insecure=true",
                "nexadesk.sessions.secure-cookies=false",
                "nexadesk.public-url=http://127.0.0.1",
                "nexadesk.secrets.encryption-key=" + encryptionKey));
        properties.addAll(List.of(settings));
        return start(properties);
    }

    private Application start(List<String> properties) throws IOException {
        var log = kept("application-" + applications.size() + ".log");
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        var application = Application.start(options, properties, log);
        applications.add(application);
        return application;
    }

    public Options options() {
        return options;
    }

    public Path directory() {
        return directory;
    }

    public Database database() {
        return database;
    }

    public SinkProcess sink() {
        return sink;
    }

    public Application application() {
        return applications.get(0);
    }

    public List<Application> applications() {
        return applications;
    }

    public List<Space> spaces() {
        return spaces;
    }

    public Published published() {
        return published;
    }

    public Receipts receipts() throws IOException {
        return Receipts.read(sink, directory.resolve("receipts"), published, spaces);
    }

    public Usage usage() throws IOException, SQLException {
        long pid = application().isAlive() ? application().pid() : 0;
        return Usage.of(database, pid, sink, "nexadesk");
    }

    /**
     * Waits until all deliveries are finished, except those of the given webhooks, for at most this time. Returns the
     * number of unfinished deliveries.
     */
    public long drain(List<String> except, int seconds) throws IOException, SQLException {
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        try (var connection = database.connect();
                var statement =
                        connection.prepareStatement("select count(*) from work where not webhook_id = any (?)")) {
            statement.setArray(1, connection.createArrayOf("text", except.toArray()));
            while (true) {
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    long unfinished = rows.getLong(1);
                    if (unfinished == 0 || System.nanoTime() > deadline) {
                        return unfinished;
                    }
                }
                Pause.millis(100);
            }
        }
    }

    /** Stops and removes everything except the logs, which stay beside the results until the next workload. */
    @Override
    public void close() throws IOException {
        applications.forEach(Application::close);
        sink.close();
        database.close();
        if (options.number("explain", 0) > 0) {
            Files.copy(database.log(), kept("postgresql.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        try (var tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(Lab::delete);
        }
    }

    /** The path of a log beside the results. A fault does not fill that disk. */
    private Path kept(String log) {
        return options.json().toAbsolutePath().resolveSibling("bench-" + log);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
