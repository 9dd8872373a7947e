package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Sql;
import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.WebhookSettings;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Which webhooks have had nothing but failures, and since when. */
@Singleton
@Named(DisableWarnings.BEAN)
public class FailureStreaks implements DisableWarnings {

    private static final String SUCCEEDED = "delete from webhook_failing where webhook_id = any (:webhooks)";
    private static final String FAILED = """
            insert into webhook_failing (webhook_id, since)
            select w.id, failed.since
            from unnest(:webhooks, :since::timestamptz[]) failed (id, since)
                join webhook w on w.id = failed.id and w.status = 'active' and w.deleted_at is null
            on conflict do nothing
            """;
    private static final String CASES =
            "select webhook_id, since, warned from webhook_failing where webhook_id = any (:webhooks)";
    private static final String WARN =
            "update webhook_failing set warned = true where webhook_id = :webhook and not warned";

    private final Sql present;
    private final Sql engine;
    private final NoticeQueue notices;
    private final Duration disableAfter;

    FailureStreaks(DataSource dataSource, @Engine DataSource engine, NoticeQueue notices, WebhookSettings settings) {
        this.present = Sql.on(dataSource);
        this.engine = Sql.on(engine);
        this.notices = notices;
        this.disableAfter = settings.disableAfter();
    }

    /**
     * A webhook that fails.
     *
     * @param webhookId which one
     * @param since the first failure after the last success
     * @param warned whether its admins were told
     */
    record Case(String webhookId, Instant since, boolean warned) {}

    @Override
    @Transactional
    public @Nullable Warning warning(String webhookId) {
        return warnings(List.of(webhookId)).get(webhookId);
    }

    @Override
    @Transactional
    public Map<String, Warning> warnings(Collection<String> webhookIds) {
        return all(present, webhookIds).stream()
                .filter(Case::warned)
                .collect(Collectors.toMap(
                        Case::webhookId,
                        found -> new Warning(found.since(), found.since().plus(disableAfter))));
    }

    /** Stores which webhooks had a success, and which had only failures, with the first failure. */
    void note(Collection<String> succeeded, Map<String, Instant> failed) {
        engine.query(SUCCEEDED).set("webhooks", "text", succeeded).update();
        engine.query(FAILED)
                .set("webhooks", "text", failed.keySet())
                .set("since", "text", failed.values())
                .update();
    }

    /** Those of these webhooks with a streak of failures. */
    List<Case> all(Collection<String> webhooks) {
        return all(engine, webhooks);
    }

    private static List<Case> all(Sql sql, Collection<String> webhooks) {
        return sql.query(CASES)
                .set("webhooks", "text", webhooks)
                .list(row -> new Case(row.getString(1), Sql.instant(row, "since"), row.getBoolean("warned")));
    }

    /** Adds a warning for a webhook in a separate transaction, only once, even if called repeatedly or by several replicas. */
    void warn(String webhookId) {
        DatabaseRole.ENGINE.run(() -> {
            if (present.query(WARN).set("webhook", webhookId).update() == 1) {
                notices.warning(webhookId);
            }
        });
    }
}
