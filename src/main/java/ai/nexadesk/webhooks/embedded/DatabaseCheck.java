package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.webhook.encryption.Encryption;
import org.eclipse.microprofile.config.Config;
import org.postgresql.Driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Tests the configured database before anything starts. One line says which setting is wrong. */
final class DatabaseCheck {

    static final String URL = "quarkus.datasource.jdbc.url";
    static final String STANDBY_URL = "quarkus.datasource.log.jdbc.url";
    static final String USERNAME = "quarkus.datasource.username";
    static final String PASSWORD = "quarkus.datasource.password";

    private static final int LEAST_VERSION = 18;
    private static final String PATIENCE_SECONDS = "10";
    private static final String KEY = "nexadesk.secrets.encryption-key";
    private static final String FORMER_KEYS = "nexadesk.secrets.former-encryption-keys";
    private static final String SECRETS = "select secret from webhook limit 500";

    private final SettingReader settings;
    private final String url;

    private DatabaseCheck(SettingReader settings, String url) {
        this.settings = settings;
        this.url = url;
    }

    /**
     * Connects with both logins.
     *
     * @throws IOException with what is wrong and how to fix it
     */
    static void check(Config config) throws IOException {
        var settings = new SettingReader(config);
        var url = address(settings, URL).orElseThrow();
        address(settings, STANDBY_URL);
        var check = new DatabaseCheck(settings, url);
        var own = check.login("quarkus.datasource.");
        try (var connection = check.connect(own)) {
            checkVersion(connection.getMetaData().getDatabaseMajorVersion());
            if (isStandby(connection)) {
                throw SettingReader.wrong(
                        URL,
                        "points to a standby, which is read-only. Name the primary, or name both with "
                                + "?targetServerType=primary at the end");
            }
            check.encryptionKey(connection);
        } catch (SQLException e) {
            throw check.wrong(own, e);
        }
        var owner = check.login("quarkus.flyway.");
        try {
            check.connect(owner).close();
        } catch (SQLException e) {
            throw check.wrong(owner, e);
        }
    }

    private static boolean isStandby(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select pg_is_in_recovery()")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static Optional<String> address(SettingReader settings, String name) throws IOException {
        var url = settings.text(name);
        if (url.isPresent()
                && !(url.get().startsWith("jdbc:postgresql:") && Driver.parseURL(url.get(), null) != null)) {
            throw SettingReader.wrong(name, "must be an address such as jdbc:postgresql://host:5432/database");
        }
        return url;
    }

    /** Keys are made by {@code uuidv7()}, which 18 is the first to have. */
    static void checkVersion(int version) throws IOException {
        if (version < LEAST_VERSION) {
            throw SettingReader.wrong(
                    URL,
                    "points to PostgreSQL " + version + ", but NexaDesk Webhooks needs " + LEAST_VERSION
                            + " or later. Upgrade the server, or name another one");
        }
    }

    /** A name and a password, and the settings that they come from. */
    private record Login(String prefix, String user, String password) {}

    /** Who migrates is the application itself, unless another login is set for that. */
    private Login login(String prefix) throws IOException {
        return new Login(prefix, part(prefix, USERNAME), part(prefix, PASSWORD));
    }

    private String part(String prefix, String name) throws IOException {
        var own = settings.text(name.replace("quarkus.datasource.", prefix));
        var found = own.isPresent() ? own : settings.text(name);
        if (found.isEmpty()) {
            throw SettingReader.wrong(
                    name,
                    "is not set, but " + URL + " is. Set " + USERNAME + " and " + PASSWORD
                            + " to the application's database login");
        }
        return found.get();
    }

    private Connection connect(Login login) throws SQLException {
        var properties = new Properties();
        properties.putAll(Map.of(
                "user",
                login.user,
                "password",
                login.password,
                "loginTimeout",
                PATIENCE_SECONDS,
                "connectTimeout",
                PATIENCE_SECONDS,
                "socketTimeout",
                PATIENCE_SECONDS));
        return new Driver().connect(url, properties);
    }

    private IOException wrong(Login login, SQLException e) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28")) {
            return SettingReader.wrong(
                    login.prefix + "username",
                    "or " + login.prefix + "password is wrong: PostgreSQL refuses the login \"" + login.user
                            + "\". Correct them, or allow the login (" + reason(e) + ")");
        }
        return switch (state) {
            case "3D000" ->
                SettingReader.wrong(
                        URL, "names a database that does not exist: " + url + ". Create it, or correct the name");
            case "42501" ->
                SettingReader.wrong(
                        URL,
                        "names a database that the user \"" + login.user + "\" may not connect to. Grant it connect");
            case "53300" ->
                SettingReader.wrong(
                        URL,
                        "points to a server without a free connection. Raise its max_connections, or lower "
                                + "quarkus.datasource.jdbc.max-size");
            default ->
                SettingReader.wrong(
                        URL,
                        "names a server that does not respond: " + reason(e)
                                + " Correct its host and port, or start the server");
        };
    }

    private static String reason(SQLException e) {
        var cause = e.getCause() == null ? "" : " " + e.getCause().getMessage() + ".";
        return (e.getMessage() + cause).replaceAll("\\s+", " ");
    }

    /** Another key than the one that secrets were stored with would let the application start, take events, and send nothing. */
    private void encryptionKey(Connection connection) throws IOException {
        var known = new HashSet<Integer>();
        for (var name : List.of(KEY, FORMER_KEYS)) {
            settings.list(name)
                    .forEach(key -> Encryption.read(key).map(Encryption::idOf).ifPresent(known::add));
        }
        boolean any = false;
        try (var statement = connection.createStatement()) {
            try (var role = statement.executeQuery("select 1 from pg_roles where rolname = 'nexadesk_engine'")) {
                if (role.next()) {
                    connection.createStatement().execute("set role nexadesk_engine");
                }
            }
            try (var secrets = statement.executeQuery(SECRETS)) {
                while (secrets.next()) {
                    any = true;
                    if (known.contains(ByteBuffer.wrap(secrets.getBytes(1)).getInt())) {
                        return;
                    }
                }
            }
        } catch (SQLException e) {
            // A new database, or one whose roles are missing, which is reported later.
            return;
        }
        if (any) {
            throw SettingReader.wrong(
                    KEY,
                    "cannot read the stored signing secrets. Set it to the key they were stored with, or add that key to "
                            + FORMER_KEYS);
        }
    }
}
