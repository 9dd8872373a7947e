package ai.nexadesk.webhooks.testing;

import org.eclipse.microprofile.config.ConfigProvider;
import org.postgresql.ds.PGSimpleDataSource;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The application's database as its owner sees it: every row of every workspace. */
public final class HostDatabase {

    private HostDatabase() {}

    /** Opens a new connection. */
    public static Connection connect() throws SQLException {
        return source().getConnection();
    }

    /** The source of such connections, without a pool. */
    public static DataSource source() {
        var config = ConfigProvider.getConfig();
        var source = new PGSimpleDataSource();
        source.setUrl(url());
        source.setUser(config.getValue("quarkus.datasource.username", String.class));
        source.setPassword(config.getValue("quarkus.datasource.password", String.class));
        return source;
    }

    static String url() {
        return ConfigProvider.getConfig().getValue("quarkus.datasource.jdbc.url", String.class);
    }
}
