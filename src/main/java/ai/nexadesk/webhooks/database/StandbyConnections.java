package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import io.quarkus.hibernate.orm.runtime.customized.QuarkusConnectionProvider;
import io.quarkus.hibernate.orm.runtime.tenant.TenantConnectionResolver;
import io.quarkus.hibernate.orm.runtime.tenant.TenantResolver;
import org.hibernate.engine.jdbc.connections.spi.ConnectionProvider;

import jakarta.inject.Singleton;

/**
 * Provides transactions with entities with a connection to the database or to its standby. For Hibernate, these are two
 * tenants; they have nothing to do with workspaces.
 */
@Singleton
@PersistenceUnitExtension
final class StandbyConnections implements TenantResolver, TenantConnectionResolver {

    private static final String DATABASE = "database";
    private static final String STANDBY = "standby";

    private final AgroalDataSource database;
    private final InjectableInstance<AgroalDataSource> standby;

    StandbyConnections(AgroalDataSource database, @DataSource("log") InjectableInstance<AgroalDataSource> standby) {
        this.database = database;
        this.standby = standby;
    }

    @Override
    public String getDefaultTenantId() {
        return DATABASE;
    }

    @Override
    public String resolveTenantId() {
        return Standby.isRead() ? STANDBY : DATABASE;
    }

    @Override
    public ConnectionProvider resolve(String tenant) {
        return new QuarkusConnectionProvider(tenant.equals(STANDBY) ? standby.get() : database);
    }
}
