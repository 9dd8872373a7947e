package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.webhook.Webhooks;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;

/** Disables webhooks that have had nothing but failures for days, and warns first. */
@ApplicationScoped
class AutoDisabler {

    private final FailureStreaks failing;
    private final Webhooks webhooks;
    private final Duration disableAfter;

    AutoDisabler(FailureStreaks failing, Webhooks webhooks, Settings settings) {
        this.failing = failing;
        this.webhooks = webhooks;
        this.disableAfter = settings.webhooks().disableAfter();
    }

    /** Evaluates finished attempts. A webhook is disabled only after a failed attempt: without attempts, there is no evidence. */
    void look(Map<AttemptCounts.Slot, AttemptCounts.Count> counts, Instant now) {
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
            webhooks.disableFailing(id, failingFor);
        } else if (failingFor.compareTo(disableAfter.multipliedBy(3).dividedBy(5)) >= 0) {
            failing.warn(id);
        }
    }
}
