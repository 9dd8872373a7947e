package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import jakarta.enterprise.context.ApplicationScoped;

/** How late waiting deliveries in the database are, which shows whether the replicas keep up. */
@ApplicationScoped
public class BacklogAge {

    private static final Logger LOG = Logger.getLogger(BacklogAge.class);

    /** Reads one index entry per webhook with waiting deliveries. Deliveries that wait for a pace are not late. */
    private static final String OLDEST_DUE = """
            with recursive waiting (webhook_id) as (
                (select webhook_id from work where owner is null order by webhook_id limit 1)
                union all
                select (select w.webhook_id from work w where w.owner is null and w.webhook_id > waiting.webhook_id
                    order by w.webhook_id limit 1)
                from waiting where waiting.webhook_id is not null
            )
            select min((select w.due_at from work w where w.owner is null and w.webhook_id = waiting.webhook_id
                order by w.due_at limit 1))
            from waiting where waiting.webhook_id is not null and not exists (select from webhook h
                where h.id = waiting.webhook_id and (h.max_per_second is not null or h.max_in_flight is not null))
            """;

    private static final Duration OLD = Duration.ofSeconds(30);

    private final Jdbi jdbi;
    private final InstantSource clock;
    private volatile Duration latest = Duration.ZERO;
    private volatile long lookedAt = System.nanoTime();

    public BacklogAge(@Engine Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** The last known age. While the database does not respond, it grows with the time since then. */
    public Duration latest() {
        var since = Duration.ofNanos(System.nanoTime() - lookedAt);
        return since.compareTo(OLD) > 0 ? latest.plus(since) : latest;
    }

    @Scheduled(identity = "backlog-age", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    public void refresh() {
        try {
            latest = jdbi.withHandle(handle ->
                            handle.createQuery(OLDEST_DUE).mapTo(Instant.class).findOne())
                    .map(this::age)
                    .orElse(Duration.ZERO);
            lookedAt = System.nanoTime();
        } catch (JdbiException e) {
            LOG.debugf("The backlog age could not be read: %s", e.getMessage());
        }
    }

    /** The age of a delivery due at this moment. Deliveries that are due in the future or held are not late. */
    private Duration age(Instant due) {
        var now = clock.instant();
        return due.isBefore(now) ? Duration.between(due, now) : Duration.ZERO;
    }
}
