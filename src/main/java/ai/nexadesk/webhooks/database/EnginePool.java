package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Provides the engine's connections and threads. */
final class EnginePool {

    private static final int THREADS = 4;

    EnginePool() {}

    @Produces
    @Singleton
    @Engine
    static DataSource pool(@io.quarkus.agroal.DataSource("engine") AgroalDataSource pool) {
        return pool;
    }

    /** Threads for work that waits for the database. People's requests never block it. */
    @Produces
    @Singleton
    @Engine
    static ExecutorService threads() {
        var classes = Thread.currentThread().getContextClassLoader();
        return Executors.newFixedThreadPool(THREADS, task -> {
            var thread = new Thread(task, "engine");
            thread.setContextClassLoader(classes);
            return thread;
        });
    }

    static void close(@Disposes @Engine ExecutorService threads) {
        threads.shutdown();
    }
}
