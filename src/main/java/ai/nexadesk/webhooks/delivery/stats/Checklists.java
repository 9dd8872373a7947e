package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.util.Optional;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Derives the first steps of new webhooks from the log and the audit log. Nothing else is stored. */
@Singleton
class Checklists {

    /** The audit log's action for a dismissed list. */
    static final String DISMISSED = "webhook.checklist_dismissed";

    /** Reads only the newest deliveries, which are enough. */
    private static final String READ = """
            with newest as (
                select status, starts_with(event_id, :test) as is_test from delivery
                where workspace_id = :workspace and webhook_id = :webhook and event_type <> 'ping' order by id desc limit 1000
            ), done as (
                select action from audit_entry
                where workspace_id = :workspace and id >= :created and subject = :webhook and action in (:revealed, :dismissed)
            )
            select exists (select from newest where status = 'delivered' and not is_test) as is_received,
                exists (select from newest where is_test) as is_tested,
                exists (select from done where action = :revealed) as is_revealed,
                exists (select from done where action = :dismissed) as is_dismissed
            """;

    private static final String REVEALED = "webhook.secret_revealed";

    /** A margin, because the clocks of application and database can differ slightly. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Jdbi jdbi;

    Checklists(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The remaining steps; empty if the list is done or dismissed. */
    @Transactional
    Optional<Checklist> of(Webhook webhook) {
        return jdbi.withHandle(handle -> handle.createQuery(READ)
                .bind("workspace", webhook.workspaceId)
                .bind("webhook", webhook.id)
                .bind("created", UuidV7.lowestAt(webhook.createdAt.minus(SLACK)))
                .bind("revealed", REVEALED)
                .bind("dismissed", DISMISSED)
                .bind("test", EventIds.TEST)
                .map(row -> row.getColumn("is_received", Boolean.class) || row.getColumn("is_dismissed", Boolean.class)
                        ? null
                        : new Checklist(
                                webhook.lastPing != null && webhook.lastPing.ok(),
                                row.getColumn("is_revealed", Boolean.class),
                                webhook.verifies,
                                row.getColumn("is_tested", Boolean.class)))
                .findFirst());
    }
}
