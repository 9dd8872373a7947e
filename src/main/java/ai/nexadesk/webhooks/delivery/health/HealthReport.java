package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Reads how webhooks are doing, for people and programs of their workspace. */
@Singleton
@Named(WebhookHealth.BEAN)
class HealthReport implements WebhookHealth {

    private static final String READ = """
            select w.id, coalesce(h.state, 'idle'), h.since, h.cause,
                coalesce(leased.deliveries, 0)
                    + (select count(*) from (select from work where webhook_id = w.id and owner is null limit %1$d) x),
                (select min(due_at) from work where webhook_id = w.id and owner is null)
            from unnest(?::text[]) w (id)
                left join webhook_health h on h.webhook_id = w.id
                left join (select webhook_id, count(*) as deliveries from work where owner is not null group by 1) leased
                    on leased.webhook_id = w.id
            """.formatted(Health.MOST_WAITING + 1);

    private final DataSource dataSource;

    HealthReport(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    @Transactional
    public Map<String, Health> ofAll(Collection<String> webhookIds) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", webhookIds.toArray()));
            var found = new HashMap<String, Health>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            rows.getString(1),
                            new Health(
                                    Health.State.of(rows.getString(2)),
                                    at(rows, 3),
                                    rows.getString(4),
                                    Math.min(rows.getLong(5), Health.MOST_WAITING),
                                    rows.getLong(5) > Health.MOST_WAITING,
                                    at(rows, 6)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException("The health of webhooks cannot be read now", e);
        }
    }

    private static @Nullable Instant at(ResultSet rows, int column) throws SQLException {
        var value = rows.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
