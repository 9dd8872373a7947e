package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.WebhookSettings;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Records which webhooks have had only failures, and since when. */
@Singleton
@Named(DisableWarnings.BEAN)
public class FailureStreaks implements DisableWarnings {

    private static final String SUCCEEDED = "delete from webhook_failing where webhook_id = any (:webhooks)";
    private static final String FAILED = """
            insert into webhook_failing (webhook_id, since)
            select w.id, failed.since
            from unnest(:webhooks, :since) failed (id, since)
                join webhook w on w.id = failed.id and w.status = 'active' and w.deleted_at is null
            on conflict do nothing
            """;
    private static final String FIND =
            "select webhook_id, since, warned from webhook_failing where webhook_id = any (:webhooks)";
    private static final String WARN =
            "update webhook_failing set warned = true where webhook_id = :webhook and not warned";

    private final Jdbi present;
    private final Jdbi engine;
    private final NoticeQueue notices;
    private final Duration disableAfter;

    FailureStreaks(Jdbi present, @Engine Jdbi engine, NoticeQueue notices, WebhookSettings settings) {
        this.present = present;
        this.engine = engine;
        this.notices = notices;
        this.disableAfter = settings.disableAfter();
    }

    /**
     * A webhook that fails.
     *
     * @param webhookId the webhook
     * @param since the first failure after the last success
     * @param warned whether its admins were warned
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

    /** Stores which webhooks had a success, and which had only failures, with the time of the first one. */
    void note(Collection<String> succeeded, Map<String, Instant> failed) {
        engine.useHandle(handle -> {
            handle.createUpdate(SUCCEEDED)
                    .bindArray("webhooks", String.class, succeeded)
                    .execute();
            handle.createUpdate(FAILED)
                    .bindArray("webhooks", String.class, failed.keySet())
                    .bindArray("since", Instant.class, failed.values())
                    .execute();
        });
    }

    /** The streaks of failures among these webhooks. */
    List<Case> all(Collection<String> webhooks) {
        return all(engine, webhooks);
    }

    private static List<Case> all(Jdbi jdbi, Collection<String> webhooks) {
        return jdbi.withHandle(handle -> handle.createQuery(FIND)
                .bindArray("webhooks", String.class, webhooks)
                .map(ConstructorMapper.of(Case.class))
                .list());
    }

    /**
     * Adds a warning for a webhook in a separate transaction. Only one is added, even if several replicas call this
     * repeatedly.
     */
    void warn(String webhookId) {
        DatabaseRole.ENGINE.run(() -> {
            int warned = present.withHandle(handle ->
                    handle.createUpdate(WARN).bind("webhook", webhookId).execute());
            if (warned == 1) {
                notices.warning(webhookId);
            }
        });
    }
}
