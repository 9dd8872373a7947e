package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.webhook.Webhook;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Tells what is left to do for new webhooks, from the log and the audit log: nothing is stored for it. */
@Singleton
class Checklists {

    /** Notes that somebody wants to see it no more. */
    static final String DISMISSED = "webhook.checklist_dismissed";

    /** Deliveries that are looked at: of a webhook that has more, the newest ones tell it all. */
    private static final String READ = """
            with newest as (
                select status, event_id from delivery
                where workspace_id = ? and webhook_id = ? and event_type <> 'ping' order by id desc limit 1000
            ), done as (
                select action from audit_entry where workspace_id = ? and id >= ? and subject = ? and action in (?, ?)
            )
            select exists (select from newest where status = 'delivered' and not starts_with(event_id, ?)),
                exists (select from newest where starts_with(event_id, ?)),
                exists (select from done where action = ?),
                exists (select from done where action = ?)
            """;

    private static final String REVEALED = "webhook.secret_revealed";

    /** The clocks of application and database may differ a little. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final DataSource dataSource;

    Checklists(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** What is left to do; empty if it is done or dismissed. */
    @Transactional
    Optional<Checklist> of(Webhook webhook) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            int parameter = 0;
            statement.setString(++parameter, webhook.workspaceId);
            statement.setString(++parameter, webhook.id);
            statement.setString(++parameter, webhook.workspaceId);
            statement.setObject(++parameter, DeliveryIds.lowest(webhook.createdAt.minus(SLACK)));
            statement.setString(++parameter, webhook.id);
            statement.setString(++parameter, REVEALED);
            statement.setString(++parameter, DISMISSED);
            statement.setString(++parameter, EventIds.TEST);
            statement.setString(++parameter, EventIds.TEST);
            statement.setString(++parameter, REVEALED);
            statement.setString(++parameter, DISMISSED);
            try (var row = statement.executeQuery()) {
                row.next();
                boolean isDone = row.getBoolean(1) || row.getBoolean(4);
                return isDone
                        ? Optional.empty()
                        : Optional.of(new Checklist(
                                webhook.lastPing != null && webhook.lastPing.ok(),
                                row.getBoolean(3),
                                webhook.verifies,
                                row.getBoolean(2)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("What a webhook has done so far cannot be read now", e);
        }
    }
}
