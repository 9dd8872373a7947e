package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.SecretCipher;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.util.List;
import java.util.stream.Stream;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;

/**
 * Re-encrypts stored secrets that were encrypted with a former key, including those of deleted webhooks, so that the former key can be
 * removed. Replicas can do this at the same time, because each row is locked.
 */
@Singleton
class Reencryption {

    private static final Logger LOG = Logger.getLogger(Reencryption.class);

    /** How many IDs to read at once. */
    private static final int PART = 500;

    private final SecretCipher cipher;

    Reencryption(SecretCipher cipher) {
        this.cipher = cipher;
    }

    /** Visits all webhooks soon after the start, because keys change with a restart, and every hour. */
    @Scheduled(
            identity = "reencryption",
            every = "1h",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        try {
            renewAll();
        } catch (RuntimeException e) {
            LOG.warn("Signing secrets could not be re-encrypted and will be in an hour", e);
        }
    }

    private void renewAll() {
        int done = 0;
        var last = "";
        for (var part = idsAfter(last); !part.isEmpty(); part = idsAfter(last)) {
            for (var id : part) {
                done += renewed(id) ? 1 : 0;
            }
            last = part.get(part.size() - 1);
        }
        if (done > 0) {
            LOG.infof("The signing secrets of %d webhooks were re-encrypted with the active key", done);
        }
    }

    private static List<String> idsAfter(String last) {
        return DatabaseRole.ENGINE.call(() -> Webhook.getEntityManager()
                .createQuery("select w.id from Webhook w where w.id > ?1 order by w.id", String.class)
                .setParameter(1, last)
                .setMaxResults(PART)
                .getResultList());
    }

    /** Re-encrypts one webhook's secrets. An unreadable secret must not stop the others. */
    private boolean renewed(String id) {
        try {
            return DatabaseRole.ENGINE.call(() -> renew(id));
        } catch (IllegalStateException unreadable) {
            LogIds.of("webhookId", id).around(() -> LOG.error(unreadable.getMessage()));
            return false;
        }
    }

    private boolean renew(String id) {
        Webhook webhook = Webhook.findById(id);
        if (!isFormer(webhook)) {
            return false;
        }
        Webhook.getEntityManager().refresh(webhook, LockModeType.PESSIMISTIC_WRITE);
        webhook.secret = cipher.seal(cipher.open(webhook.secret, webhook), webhook);
        if (webhook.pendingSecret != null) {
            webhook.pendingSecret = cipher.seal(cipher.open(webhook.pendingSecret, webhook), webhook);
        }
        cipher.setHeaders(webhook, cipher.headers(webhook));
        return true;
    }

    private boolean isFormer(Webhook webhook) {
        return Stream.of(webhook.secret, webhook.pendingSecret, webhook.headers)
                .anyMatch(value -> value != null && !cipher.isActive(value));
    }
}
