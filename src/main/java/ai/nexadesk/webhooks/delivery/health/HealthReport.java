package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.Sql;
import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.WebhookHealth;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Reads the health of a workspace's webhooks. */
@Singleton
@Named(WebhookHealth.BEAN)
class HealthReport implements WebhookHealth {

    private static final String READ = """
            select w.id, coalesce(h.state, 'idle') as state, h.since, h.cause,
                coalesce(leased.deliveries, 0)
                    + (select count(*) from (select from work where webhook_id = w.id and owner is null limit %1$d) x) as waiting,
                (select min(due_at) from work where webhook_id = w.id and owner is null) as due_at
            from unnest(:webhooks) w (id)
                left join webhook_health h on h.webhook_id = w.id
                left join (select webhook_id, count(*) as deliveries from work where owner is not null group by 1) leased
                    on leased.webhook_id = w.id
            """.formatted(Health.MOST_WAITING + 1);

    private final Sql sql;

    HealthReport(DataSource dataSource) {
        this.sql = Sql.on(dataSource);
    }

    @Override
    @Transactional
    public Map<String, Health> ofAll(Collection<String> webhookIds) {
        return sql
                .query(READ)
                .set("webhooks", "text", webhookIds)
                .list(row -> Map.entry(row.getString("id"), health(row)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Health health(ResultSet row) throws SQLException {
        long waiting = row.getLong("waiting");
        return new Health(
                Health.State.of(row.getString("state")),
                Sql.instantOrNull(row, "since"),
                row.getString("cause"),
                Math.min(waiting, Health.MOST_WAITING),
                waiting > Health.MOST_WAITING,
                Sql.instantOrNull(row, "due_at"));
    }
}
