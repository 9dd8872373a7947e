package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Deliveries;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookSettings;
import ai.nexadesk.webhooks.webhook.Webhooks;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/** Disables webhooks whose attempts have all failed for days, and warns first. */
@ApplicationScoped
public class AutoDisabler {

    private final FailureStreaks failing;
    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final NoticeQueue notices;
    private final InstantSource clock;
    private final Duration disableAfter;

    AutoDisabler(
            FailureStreaks failing,
            Webhooks webhooks,
            Deliveries deliveries,
            NoticeQueue notices,
            InstantSource clock,
            WebhookSettings settings) {
        this.failing = failing;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.notices = notices;
        this.clock = clock;
        this.disableAfter = settings.disableAfter();
    }

    /** Evaluates finished attempts. A webhook is disabled only after a failed attempt: without attempts, there is no evidence. */
    void evaluate(Map<AttemptCounts.Slot, AttemptCounts.AttemptCount> counts, Instant now) {
        var succeeded = new HashSet<String>();
        var failed = new HashMap<String, Instant>();
        counts.forEach((slot, count) -> {
            if (slot.isSuccess()) {
                succeeded.add(slot.webhookId());
            } else {
                failed.merge(slot.webhookId(), count.first(), (one, other) -> one.isBefore(other) ? one : other);
            }
        });
        failed.keySet().removeAll(succeeded);
        failing.note(succeeded, failed);
        if (!disableAfter.isZero()) {
            for (var found : failing.all(failed.keySet())) {
                judge(found, Duration.between(found.since(), now));
            }
        }
    }

    /** Warns when two fifths of the time remain. */
    private void judge(FailureStreaks.Case found, Duration failingFor) {
        var id = found.webhookId();
        if (failingFor.compareTo(disableAfter) >= 0) {
            disable(id, failingFor);
        } else if (failingFor.compareTo(disableAfter.multipliedBy(3).dividedBy(5)) >= 0) {
            failing.warn(id);
        }
    }

    /**
     * Disables a webhook without a successful delivery for this long. Pending deliveries fail, and its workspace's
     * admins are notified.
     */
    public void disable(String id, Duration failingFor) {
        String time = Formats.inWords(failingFor);
        String reason = "No delivery succeeded for " + time
                + ". When your endpoint works again, enable the webhook and recover the missed events.";
        DatabaseRole.ENGINE.run(() -> {
            Webhook webhook = Webhook.findById(id, LockModeType.PESSIMISTIC_WRITE);
            if (webhook == null || webhook.isDeleted() || webhook.isDisabled()) {
                return;
            }
            var before = webhook.facts();
            webhook.disable(reason);
            deliveries.failAll(webhook);
            webhooks.changed(webhook);
            notices.disabled(id);
            AuditEntry.byUs(
                            webhook.workspaceId,
                            clock.instant(),
                            "webhook.disabled",
                            id,
                            "failing for " + time,
                            Change.between(before, webhook.facts()))
                    .persist();
        });
    }
}
