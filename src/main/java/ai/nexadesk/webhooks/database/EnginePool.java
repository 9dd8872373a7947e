package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;

import javax.sql.DataSource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Gives the engine's connections their name. */
final class EnginePool {

    EnginePool() {}

    @Produces
    @Singleton
    @Engine
    static DataSource pool(@io.quarkus.agroal.DataSource("engine") AgroalDataSource pool) {
        return pool;
    }
}
