package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.webhook.SecretCipher;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import ai.nexadesk.webhooks.webhook.secret.SecretService;
import org.jdbi.v3.core.Jdbi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;

/**
 * A cache of webhooks for attempts. A change takes effect immediately on the replica that made it, and within a second
 * on the others, with their next sweep.
 */
@ApplicationScoped
public class EndpointCache {

    private static final int FORGET_ALL_ABOVE = 20_000;

    /** One statement for all webhooks. */
    private static final String VERSIONS = "select id, version from webhook where id = any (:webhooks)";

    private record Entry(SendTarget target, int version) {}

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final SecretService signingSecrets;
    private final SecretCipher cipher;
    private final UrlRules rules;
    private final Jdbi jdbi;

    EndpointCache(SecretService signingSecrets, SecretCipher cipher, UrlRules rules, @Engine Jdbi jdbi) {
        this.signingSecrets = signingSecrets;
        this.cipher = cipher;
        this.rules = rules;
        this.jdbi = jdbi;
    }

    /** The webhook with this ID; reads the database if it is not cached. */
    SendTarget get(String webhookId) {
        var entry = entries.get(webhookId);
        if (entry == null) {
            entry = DatabaseRole.ENGINE.call(() -> load(webhookId));
            entries.put(webhookId, entry);
        }
        return entry.target;
    }

    private Entry load(String webhookId) {
        Webhook webhook = Webhook.findById(webhookId);
        if (webhook == null) {
            return new Entry(SendTarget.GONE, 0);
        }
        return new Entry(webhook.isDeleted() ? SendTarget.GONE : targetOf(webhook), webhook.version());
    }

    /** The target for attempts of this webhook. */
    SendTarget targetOf(Webhook webhook) {
        var secrets = signingSecrets.of(webhook);
        var headers = cipher.headers(webhook).headers();
        var pace = webhook.pace().isNone() ? null : webhook.pace();
        try {
            return new SendTarget(EndpointUrl.parse(webhook.url, rules), webhook.status, headers, secrets, pace);
        } catch (InvalidUrlException ruledOutByNow) {
            return new SendTarget(null, webhook.status, headers, secrets, pace);
        }
    }

    public void forget(@Observes(during = TransactionPhase.AFTER_COMPLETION) WebhookChanged change) {
        forget(change.id());
    }

    /** Reads this webhook again when it is next needed. */
    void forget(String webhookId) {
        entries.remove(webhookId);
    }

    /** Removes changed webhooks. */
    void refresh() {
        if (entries.size() > FORGET_ALL_ABOVE) {
            entries.clear();
        }
        if (entries.isEmpty()) {
            return;
        }
        var versions = jdbi.withHandle(handle -> handle.createQuery(VERSIONS)
                .bindArray("webhooks", String.class, List.copyOf(entries.keySet()))
                .map(row -> Map.entry(row.getColumn("id", String.class), row.getColumn("version", Integer.class)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
        versions.forEach((webhook, version) ->
                entries.computeIfPresent(webhook, (id, entry) -> entry.version == version ? entry : null));
    }
}
