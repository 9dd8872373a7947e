package ai.nexadesk.webhooks;

import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Ready only while the database responds and has the schema that this version started with, which a wrong restore can
 * change. Responds quickly even if the database does not: it uses a connection of its own and runs one check at a time.
 * While a check takes long, the result of the previous one is used for a few seconds.
 */
@Readiness
@ApplicationScoped
class SchemaReadiness implements HealthCheck {

    /**
     * Whether the schema has this version. A newer one is accepted: during a rolling upgrade, the former version runs
     * on the new schema.
     */
    private static final String HAS = "select exists (select from flyway_schema_history where version = ? and success)";

    private static final long PATIENCE_MILLIS = 600;

    /**
     * How long to wait for a check before a recent success counts instead. A busy machine may take longer to connect,
     * which is no reason to respond late.
     */
    private static final long QUICK_MILLIS = 80;

    private static final long RECENT_NANOS = 3_000_000_000L;
    private static final String GIVE_UP_SECONDS = "5";

    private final Flyway flyway;
    private final ExecutorService executor;
    private final String url;
    private final Properties login = new Properties();
    private volatile String version = "";
    private volatile long lastSuccess = System.nanoTime() - RECENT_NANOS;
    private @Nullable CompletableFuture<Boolean> asked;

    SchemaReadiness(
            Flyway flyway,
            ExecutorService executor,
            @ConfigProperty(name = "quarkus.datasource.engine.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.engine.username") String user,
            @ConfigProperty(name = "quarkus.datasource.engine.password") String password) {
        this.flyway = flyway;
        this.executor = executor;
        this.url = url;
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("connectTimeout", GIVE_UP_SECONDS);
        login.setProperty("socketTimeout", GIVE_UP_SECONDS);
        login.setProperty("loginTimeout", GIVE_UP_SECONDS);
    }

    void start(@Observes StartupEvent event) {
        version = flyway.info().current().getVersion().getVersion();
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Database schema").withData("version", version);
        try {
            return response.status(ask()).build();
        } catch (TimeoutException e) {
            return response.down().withData("problem", "no response").build();
        } catch (ExecutionException e) {
            return response.down().build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return response.down().build();
        }
    }

    private boolean ask() throws InterruptedException, ExecutionException, TimeoutException {
        var answer = check();
        try {
            return answer.get(QUICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return System.nanoTime() - lastSuccess < RECENT_NANOS
                    || answer.get(PATIENCE_MILLIS - QUICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized CompletableFuture<Boolean> check() {
        var current = asked;
        if (current == null || current.isDone()) {
            current = CompletableFuture.supplyAsync(this::look, executor);
            asked = current;
        }
        return current;
    }

    private boolean look() {
        long start = System.nanoTime();
        boolean isGood = hasSchema();
        if (isGood) {
            lastSuccess = start;
        }
        return isGood;
    }

    private boolean hasSchema() {
        try (var connection = DriverManager.getConnection(url, login);
                var statement = connection.createStatement();
                var query = connection.prepareStatement(HAS)) {
            statement.execute("set role nexadesk_engine");
            query.setString(1, version);
            try (var rows = query.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        } catch (SQLException e) {
            return false;
        }
    }
}
