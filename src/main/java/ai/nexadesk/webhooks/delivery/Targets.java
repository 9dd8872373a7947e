package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.sending.EndpointUrl;
import ai.nexadesk.webhooks.sending.InvalidUrlException;
import ai.nexadesk.webhooks.sending.UrlRules;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;

/**
 * The webhooks of the moment, for attempts. Read anew after each change made in this process, and after a second in any case,
 * which bounds how long a change made by another replica can go unnoticed.
 */
@ApplicationScoped
class Targets {

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FORGET_ALL_ABOVE = 20_000;

    private record Entry(Target target, long loadedNanos) {}

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Webhooks webhooks;
    private final UrlRules rules;

    Targets(Webhooks webhooks, UrlRules rules) {
        this.webhooks = webhooks;
        this.rules = rules;
    }

    /** The webhook with this id as it is now; may wait for the database. */
    Target get(String webhookId) {
        var entry = entries.get(webhookId);
        if (entry == null || System.nanoTime() - entry.loadedNanos > FRESH_NANOS) {
            if (entries.size() > FORGET_ALL_ABOVE) {
                entries.clear();
            }
            entry = new Entry(QuarkusTransaction.requiringNew().call(() -> load(webhookId)), System.nanoTime());
            entries.put(webhookId, entry);
        }
        return entry.target;
    }

    private Target load(String webhookId) {
        Webhook webhook = Webhook.findById(webhookId);
        return webhook == null || webhook.isDeleted() ? Target.GONE : targetOf(webhook);
    }

    /** This webhook as an attempt needs it. */
    Target targetOf(Webhook webhook) {
        var secrets = webhooks.secretsOf(webhook);
        try {
            return new Target(EndpointUrl.parse(webhook.url, rules), webhook.status, secrets);
        } catch (InvalidUrlException ruledOutByNow) {
            return new Target(null, webhook.status, secrets);
        }
    }

    void forget(@Observes(during = TransactionPhase.AFTER_COMPLETION) WebhookChanged change) {
        entries.remove(change.id());
    }
}
