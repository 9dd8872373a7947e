package ai.nexadesk.webhooks.testing;

import ai.nexadesk.webhooks.embedded.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * Provides a real PostgreSQL for all tests: one server for the whole run, and an empty database for each start of the
 * application.
 */
@QuarkusTestResource(PostgresResource.class)
public class PostgresResource implements QuarkusTestResourceLifecycleManager {

    /** For tests only. */
    private static final String ENCRYPTION_KEY = "dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=";

    private static EmbeddedPostgres server;

    @Override
    public Map<String, String> start() {
        try {
            var name = "test_" + UUID.randomUUID().toString().replace("-", "");
            server().createDatabase(name);
            return Map.of(
                    "quarkus.datasource.jdbc.url", server().jdbcUrl(name),
                    "quarkus.datasource.username", server().username(),
                    "quarkus.datasource.password", server().password(),
                    "nexadesk.allow-unsafe-database", "true",
                    "nexadesk.secrets.encryption-key", ENCRYPTION_KEY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized EmbeddedPostgres server() throws IOException {
        if (server == null) {
            var target = Path.of("target").toAbsolutePath();
            Files.createDirectories(target);
            var data = Files.createTempDirectory(target, "test-postgres-");
            server = EmbeddedPostgres.start(data, target.resolve("postgresql"), false);
            Runtime.getRuntime().addShutdownHook(new Thread(PostgresResource::end));
        }
        return server;
    }

    private static void end() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {}
}
