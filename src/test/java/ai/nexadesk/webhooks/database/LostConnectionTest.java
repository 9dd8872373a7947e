package ai.nexadesk.webhooks.database;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A database whose connection was dropped silently")
class LostConnectionTest {

    @Inject
    DataSource dataSource;

    @Inject
    @Engine
    DataSource engine;

    @Test
    @DisplayName("blocks no thread for more than a minute, in any pool")
    void networkTimeout() throws SQLException {
        for (var pool : new DataSource[] {dataSource, engine}) {
            try (var connection = pool.getConnection()) {
                assertThat(connection.getNetworkTimeout()).isEqualTo(60_000);
            }
        }
    }
}
