package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Outbox;
import ai.nexadesk.webhooks.database.Sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Alerts to send, which triggers of the database put there. Each channel gets its alerts one by one, in order. */
@Singleton
class AlertQueue extends Outbox<Alert> {

    private static final String FIRST_OF_CHANNEL =
            "not exists (select from alert b where b.channel_id = m.channel_id and b.id < m.id)";
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(32);

    private final Sql sql;

    AlertQueue(@Engine DataSource engine) {
        super(Sql.on(engine), "alert", FIRST_OF_CHANNEL, LONGEST_PAUSE, AlertQueue::alert);
        this.sql = Sql.on(engine);
    }

    private static Alert alert(ResultSet row) throws SQLException {
        return new Alert(
                row.getLong("id"),
                row.getString("workspace_id"),
                row.getObject("channel_id", UUID.class),
                row.getString("webhook_id"),
                row.getString("state"),
                Sql.instant(row, "since"),
                row.getString("cause"),
                Sql.instant(row, "created_at"),
                row.getInt("attempts"));
    }

    /** Stores the outcome for the channel's page. */
    void note(UUID channel, Instant at, ChannelSender.SendResult told) {
        sql.query("update alert_channel set told_at = :at, told_ok = :ok, told_message = :message where id = :id")
                .set("at", at)
                .set("ok", told.ok())
                .set("message", told.message())
                .set("id", channel)
                .update();
    }
}
