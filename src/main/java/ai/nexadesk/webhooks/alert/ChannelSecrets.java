package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.webhook.encryption.Encryption;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;

/** The encrypted columns of channels. They use the same key as the secrets of webhooks. */
@Singleton
class ChannelSecrets {

    private static final Logger LOG = Logger.getLogger(ChannelSecrets.class);

    private final Encryption encryption;

    ChannelSecrets(Encryption encryption) {
        this.encryption = encryption;
    }

    /** The addresses or the URL. */
    String target(AlertChannel channel) {
        return encryption.open(channel.target, channel.workspaceId, place(channel, "target"));
    }

    void setTarget(AlertChannel channel, String target) {
        channel.target = encryption.seal(target, channel.workspaceId, place(channel, "target"));
    }

    SigningSecret secret(AlertChannel channel) {
        if (channel.secret == null) {
            throw new IllegalStateException(channel.publicId() + " has no secret");
        }
        return SigningSecret.parse(encryption.open(channel.secret, channel.workspaceId, place(channel, "secret")));
    }

    void setSecret(AlertChannel channel, SigningSecret secret) {
        channel.secret = encryption.seal(secret.value(), channel.workspaceId, place(channel, "secret"));
    }

    private static String place(AlertChannel channel, String member) {
        return channel.publicId() + " " + member;
    }

    /**
     * The target as shown to people. Shows only the host of a URL, because anyone who knows the rest can post to the
     * channel.
     */
    String shown(AlertChannel channel) {
        try {
            var target = target(channel);
            if (!channel.kind().isUrl()) {
                return target.replace(",", ", ");
            }
            var url = URI.create(target);
            return url.getScheme() + "://" + url.getAuthority() + "/••••••••";
        } catch (IllegalStateException unreadable) {
            return "••••••••";
        }
    }

    /** Re-encrypts values that were encrypted with a former key. */
    @Scheduled(
            identity = "channel-reencryption",
            every = "1h",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        try {
            renewAll();
        } catch (RuntimeException e) {
            LOG.warn("The addresses of alert channels could not be re-encrypted and will be in an hour", e);
        }
    }

    private void renewAll() {
        List<UUID> ids = DatabaseRole.ENGINE.call(() -> AlertChannel.getEntityManager()
                .createQuery("select c.id from AlertChannel c", UUID.class)
                .getResultList());
        for (var id : ids) {
            try {
                DatabaseRole.ENGINE.run(() -> renew(id));
            } catch (IllegalStateException unreadable) {
                LOG.error(unreadable.getMessage());
            }
        }
    }

    private void renew(UUID id) {
        AlertChannel channel = AlertChannel.findById(id);
        if (channel == null || encryption.isActive(channel.target) && isActive(channel.secret)) {
            return;
        }
        AlertChannel.getEntityManager().refresh(channel, LockModeType.PESSIMISTIC_WRITE);
        setTarget(channel, target(channel));
        if (channel.secret != null) {
            setSecret(channel, secret(channel));
        }
    }

    private boolean isActive(byte @Nullable [] sealed) {
        return sealed == null || encryption.isActive(sealed);
    }
}
