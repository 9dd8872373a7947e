package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Reads the health of a workspace's webhooks. */
@Singleton
@Named(WebhookHealth.BEAN)
class HealthReport implements WebhookHealth {

    /** {@code waiting_owner()} is the lowest UUID: above it are the deliveries of replicas, which are few. */
    private static final String READ = """
            select w.id, coalesce(h.state, 'idle') as state, h.since, h.cause,
                coalesce(leased.deliveries, 0)
                    + (select count(*) from (select from work where webhook_id = w.id and owner is null limit %1$d) x)
                    + (select count(*) from (
                        select from work where webhook_id = w.id and record is not null and owner = waiting_owner() limit %1$d
                    ) x) as waiting,
                (select min(due_at) from work where webhook_id = w.id and owner is null) as due_at
            from unnest(:webhooks) w (id)
                left join webhook_health h on h.webhook_id = w.id
                left join (select webhook_id, count(*) as deliveries from work where owner > waiting_owner() group by 1) leased
                    on leased.webhook_id = w.id
            """.formatted(Health.MAX_WAITING + 1);

    private final Jdbi jdbi;

    HealthReport(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    @Transactional
    public Map<String, Health> ofAll(Collection<String> webhookIds) {
        return jdbi.withHandle(handle -> handle.createQuery(READ)
                .bindArray("webhooks", String.class, webhookIds)
                .map(row -> Map.entry(row.getColumn("id", String.class), health(row)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Health health(RowView row) {
        long waiting = row.getColumn("waiting", Long.class);
        return new Health(
                row.getColumn("state", Health.State.class),
                row.getColumn("since", Instant.class),
                row.getColumn("cause", String.class),
                Math.min(waiting, Health.MAX_WAITING),
                waiting > Health.MAX_WAITING,
                row.getColumn("due_at", Instant.class));
    }
}
