package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.queue.Statements;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** The alerts that wait in the database, which its triggers put there. A channel is told one after the other, in their order. */
@Singleton
class AlertQueue {

    private static final String CLAIM = """
            update alert set attempts = attempts + 1, next_at = ?
            where id = (select id from alert a
                where next_at <= ? and not exists (select from alert b where b.channel_id = a.channel_id and b.id < a.id)
                order by next_at, id limit 1 for update skip locked)
            returning id, workspace_id, channel_id, webhook_id, state, since, cause, created_at, attempts
            """;
    private static final String PUT_OFF = "update alert set next_at = ? where id = ? and attempts = ?";
    private static final String REMOVE = "delete from alert where id = ? and attempts = ?";
    private static final String NOTE =
            "update alert_channel set told_at = ?, told_ok = ?, told_message = ? where id = ?";

    private final DataSource engine;
    private final Statements statements;

    AlertQueue(@Engine DataSource engine) {
        this.engine = engine;
        this.statements = new Statements(engine);
    }

    /** The one that has been due for longest, which nobody else gets before the lease ends; none if nothing is due. */
    Optional<Alert> claim(Instant now, Instant leaseEnds) throws SQLException {
        try (var connection = engine.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, Statements.at(leaseEnds));
            statement.setObject(2, Statements.at(now));
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                return Optional.of(new Alert(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getObject(3, UUID.class),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getObject(6, OffsetDateTime.class).toInstant(),
                        rows.getString(7),
                        rows.getObject(8, OffsetDateTime.class).toInstant(),
                        rows.getInt(9)));
            }
        }
    }

    void putOff(Alert alert, Instant next) throws SQLException {
        statements.update(PUT_OFF, (connection, statement) -> {
            statement.setObject(1, Statements.at(next));
            statement.setLong(2, alert.id());
            statement.setInt(3, alert.attempts());
        });
    }

    /** There is nothing left to do for it. */
    void remove(Alert alert) throws SQLException {
        statements.update(REMOVE, (connection, statement) -> {
            statement.setLong(1, alert.id());
            statement.setInt(2, alert.attempts());
        });
    }

    /** For the channel's page. */
    void note(UUID channel, Instant at, ChannelSender.Told told) throws SQLException {
        statements.update(NOTE, (connection, statement) -> {
            statement.setObject(1, Statements.at(at));
            statement.setBoolean(2, told.ok());
            statement.setString(3, told.message());
            statement.setObject(4, channel);
        });
    }
}
