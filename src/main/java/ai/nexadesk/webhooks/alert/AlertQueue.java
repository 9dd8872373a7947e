package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Outbox;
import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import jakarta.inject.Singleton;

/** Alerts to send, which database triggers add. Each channel gets its alerts one by one, in order. */
@Singleton
class AlertQueue extends Outbox<Alert> {

    private static final String FIRST_OF_CHANNEL =
            "not exists (select from alert b where b.channel_id = m.channel_id and b.id < m.id)";
    private static final String NOTE =
            "update alert_channel set last_sent_at = :at, last_sent_ok = :ok, last_sent_message = :message where id = :id";
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(32);

    private final Jdbi jdbi;

    AlertQueue(@Engine Jdbi jdbi) {
        super(jdbi, "alert", FIRST_OF_CHANNEL, LONGEST_PAUSE, Alert.class);
        this.jdbi = jdbi;
    }

    /** Stores the outcome for the channel's page. */
    void saveOutcome(UUID channel, Instant at, ChannelSender.SendResult result) {
        jdbi.useHandle(handle -> handle.createUpdate(NOTE)
                .bind("at", at)
                .bind("ok", result.ok())
                .bind("message", result.message())
                .bind("id", channel)
                .execute());
    }
}
