package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.webhook.encryption.Encryption;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;

import jakarta.inject.Singleton;

/** Encrypts and decrypts the secret columns of webhooks. */
@Singleton
public class SecretCipher {

    private final Encryption encryption;

    SecretCipher(Encryption encryption) {
        this.encryption = encryption;
    }

    /** The headers that a webhook adds to requests. */
    public RequestHeaders headers(Webhook webhook) {
        return webhook.headers == null
                ? RequestHeaders.NONE
                : RequestHeaders.read(encryption.open(webhook.headers, webhook.workspaceId, webhook.id + " headers"));
    }

    /** Stores headers with a webhook. */
    public void setHeaders(Webhook webhook, RequestHeaders headers) {
        webhook.headerNames = headers.names();
        webhook.headers = headers.names().isEmpty()
                ? null
                : encryption.seal(headers.write(), webhook.workspaceId, webhook.id + " headers");
    }

    /** Encrypts a secret for the row of this webhook. */
    public byte[] seal(SigningSecret secret, Webhook webhook) {
        return encryption.seal(secret.value(), webhook.workspaceId, webhook.id);
    }

    /**
     * Decrypts a secret from the row of this webhook.
     *
     * @throws IllegalStateException if its key is not configured or it was tampered with
     */
    public SigningSecret open(byte[] blob, Webhook webhook) {
        return SigningSecret.parse(encryption.open(blob, webhook.workspaceId, webhook.id));
    }

    /** Whether this was encrypted with the active key. */
    public boolean isActive(byte[] blob) {
        return encryption.isActive(blob);
    }
}
