package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.webhook.SecretCipher;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import ai.nexadesk.webhooks.webhook.secret.SigningSecrets;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
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
    private static final String VERSIONS = "select id, version from webhook where id = any (?::text[])";

    private record Entry(SendTarget target, int version) {}

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final SigningSecrets signingSecrets;
    private final SecretCipher cipher;
    private final UrlRules rules;
    private final DataSource dataSource;

    EndpointCache(SigningSecrets signingSecrets, SecretCipher cipher, UrlRules rules, @Engine DataSource dataSource) {
        this.signingSecrets = signingSecrets;
        this.cipher = cipher;
        this.rules = rules;
        this.dataSource = dataSource;
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
    void refresh() throws SQLException {
        if (entries.size() > FORGET_ALL_ABOVE) {
            entries.clear();
        }
        if (entries.isEmpty()) {
            return;
        }
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(VERSIONS)) {
            statement.setArray(
                    1, connection.createArrayOf("text", entries.keySet().toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    int version = rows.getInt(2);
                    entries.computeIfPresent(rows.getString(1), (id, entry) -> entry.version == version ? entry : null);
                }
            }
        }
    }
}
