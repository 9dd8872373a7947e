package ai.nexadesk.webhooks.embedded;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts the application. If a database is configured, it does nothing else. Otherwise, it prepares the evaluation
 * mode: an embedded PostgreSQL, and settings that suit a first look on one's own machine.
 */
@QuarkusMain
public final class Launcher {

    private static final String DATABASE_URL = DatabaseCheck.URL;
    private static final String USERNAME = DatabaseCheck.USERNAME;
    private static final String PASSWORD = DatabaseCheck.PASSWORD;
    private static final String EVALUATION = "nexadesk.evaluation";
    private static final String PUBLIC_URL = "nexadesk.public-url";
    private static final int FAILED = 1;

    private Launcher() {}

    /** The entry point; the arguments are passed to Quarkus. */
    public static void main(String... args) {
        try {
            if (JvmDefaults.areMissing()) {
                System.exit(JvmDefaults.runInChild(args));
            }
            JvmDefaults.endWithParent();
            var config = ConfigProvider.getConfig();
            SettingsCheck.check(config, System.getenv().keySet());
            if (config.getOptionalValue(DATABASE_URL, String.class).isPresent()) {
                SettingsCheck.checkRequired(config);
                checkPort(
                        config.getOptionalValue("quarkus.http.host", String.class)
                                .orElse("0.0.0.0"),
                        port(config));
                DatabaseCheck.check(config);
                System.setProperty(EVALUATION, "false");
                Quarkus.run(null, Launcher::end, args);
            } else {
                evaluate(config, args);
            }
        } catch (IOException e) {
            StartFailure.print(String.valueOf(e.getMessage()));
            System.exit(FAILED);
        }
    }

    private static void end(int exitCode, @Nullable Throwable failure) {
        if (failure != null) {
            // Quarkus reports the failure only if it ends the process itself.
            StartFailure.print(failure);
        }
        System.exit(exitCode);
    }

    private static void evaluate(Config config, String... args) throws IOException {
        try (var postgres = prepareEvaluation(config)) {
            // On SIGTERM, the JVM ends after its last shutdown hook, and the hook of Quarkus does not wait for the
            // database.
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::awaitEnd));
            Quarkus.run(null, (exitCode, failure) -> end(postgres, exitCode, failure), args);
        }
    }

    /** Stops the database after Quarkus has stopped, and then ends the process. */
    private static void end(EmbeddedPostgres postgres, int exitCode, @Nullable Throwable failure) {
        try {
            postgres.close();
        } catch (IOException e) {
            System.err.println("The embedded PostgreSQL did not shut down cleanly: " + e.getMessage());
        }
        end(exitCode, failure);
    }

    private static EmbeddedPostgres prepareEvaluation(Config config) throws IOException {
        checkDatabaseIsNotForgotten(config);
        int port = port(config);
        checkPort("localhost", port);
        var directory = Path.of(config.getOptionalValue("nexadesk.data-dir", String.class)
                .orElse(System.getProperty("user.home") + "/.nexadesk-webhooks"));
        var postgres = startDatabase(directory);
        var fixed = new LinkedHashMap<String, String>();
        fixed.put(DATABASE_URL, postgres.jdbcUrl());
        fixed.put(USERNAME, postgres.username());
        fixed.put(PASSWORD, postgres.password());
        fixed.put("quarkus.http.host", "localhost");
        fixed.put(EVALUATION, "true");
        fixed.forEach(System::setProperty);
        defaults(directory, port).forEach((name, value) -> {
            if (config.getOptionalValue(name, String.class).isEmpty()) {
                System.setProperty(name, value);
            }
        });
        return postgres;
    }

    static EmbeddedPostgres startDatabase(Path directory) throws IOException {
        try {
            return EmbeddedPostgres.start(directory, true);
        } catch (FileSystemException e) {
            throw SettingReader.wrong(
                    "nexadesk.data-dir",
                    "names a directory that cannot be used: " + directory
                            + ". Name one that can be created and written to");
        }
    }

    private static Map<String, String> defaults(Path directory, int port) throws IOException {
        return Map.of(
                PUBLIC_URL,
                "http://localhost:" + port,
                "nexadesk.publisher.tokens",
                Demo.PUBLISHER_TOKEN,
                "nexadesk.outgoing.allowed-networks",
                "127.0.0.0/8,::1/128",
                "nexadesk.outgoing.allow-insecure",
                "true",
                "nexadesk.sessions.secure-cookies",
                "false",
                "nexadesk.secrets.encryption-key",
                encryptionKey(directory),
                "quarkus.log.level",
                "WARN");
    }

    /** The encryption key, generated once and stored beside the data that it encrypts. */
    private static String encryptionKey(Path directory) throws IOException {
        var file = directory.resolve("encryption-key");
        var wasMade = directory.resolve("encryption-key.made");
        if (!Files.exists(file)) {
            if (Files.exists(wasMade)) {
                throw new IOException("The encryption key " + file
                        + " is missing. Stored signing secrets cannot be"
                        + " read without it. Restore it from a backup, or delete " + directory + " to start over.");
            }
            var key = new byte[32];
            new SecureRandom().nextBytes(key);
            DataDirectory.writeSecret(file, Base64.getEncoder().encodeToString(key));
            Files.createFile(wasMade);
        }
        return Files.readString(file).strip();
    }

    /**
     * Fails if settings that only production uses are present without a database: nobody wants production events in a
     * database for a first look.
     */
    private static void checkDatabaseIsNotForgotten(Config config) throws IOException {
        for (var name : List.of(PUBLIC_URL, USERNAME, PASSWORD)) {
            if (config.getOptionalValue(name, String.class).isPresent()) {
                throw new IOException(DATABASE_URL + " is not set, but " + name
                        + " is. Set it to your database, such as" + " jdbc:postgresql://host:5432/database, or unset "
                        + name + " to start the evaluation mode.");
            }
        }
    }

    private static int port(Config config) {
        return config.getOptionalValue("quarkus.http.port", Integer.class).orElse(8080);
    }

    /** Checks the port before anything else starts, to report a clear message. */
    static void checkPort(String host, int port) throws IOException {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw SettingReader.wrong(
                    "quarkus.http.host", "is \"" + host + "\", which is not an address. Use one of this machine");
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("assign")) {
                throw SettingReader.wrong(
                        "quarkus.http.host", "is " + host + ", which is not an address of this machine");
            }
            if (String.valueOf(e.getMessage()).contains("denied")) {
                throw SettingReader.wrong(
                        "quarkus.http.port", "is " + port + ", which only root may use. Choose one above 1023");
            }
            throw SettingReader.wrong(
                    "quarkus.http.port",
                    "is " + port + ", which is in use. Stop the program that uses it, or choose another one, as with"
                            + " -Dquarkus.http.port=8081");
        }
    }
}
