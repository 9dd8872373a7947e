package ai.nexadesk.webhooks.outbound;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;

/**
 * A webhook's secret: {@code whsec_} and the base64 of 24 to 64 random bytes, as Standard Webhooks writes it. The key
 * of the documented signature is the UTF-8 bytes of the whole string; the key of the Standard Webhooks signature is the
 * decoded bytes.
 */
public final class SigningSecret {
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String value;
    private final SecretKeySpec documentedKey;
    private final SecretKeySpec standardKey;

    private SigningSecret(String value, byte[] decoded) {
        this.value = value;
        this.documentedKey = new SecretKeySpec(value.getBytes(StandardCharsets.UTF_8), HmacSha256.ALGORITHM);
        this.standardKey = new SecretKeySpec(decoded, HmacSha256.ALGORITHM);
    }

    /** A new secret of 32 random bytes. */
    public static SigningSecret generate() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(bytes), bytes);
    }

    /**
     * Reads a secret.
     *
     * @throws IllegalArgumentException if it is invalid; the message does not contain the text
     */
    public static SigningSecret parse(String text) {
        if (text.startsWith(PREFIX)) {
            try {
                byte[] decoded = Base64.getDecoder().decode(text.substring(PREFIX.length()));
                if (decoded.length >= MIN_BYTES && decoded.length <= MAX_BYTES) {
                    return new SigningSecret(text, decoded);
                }
            } catch (IllegalArgumentException notBase64) {
                // The message could contain the secret.
            }
        }
        throw new IllegalArgumentException("A signing secret is whsec_ and the base64 of 24 to 64 bytes.");
    }

    /** The whole secret, {@code whsec_…}. Use it only to show the secret to its owner or to encrypt it. */
    public String value() {
        return value;
    }

    SecretKeySpec documentedKey() {
        return documentedKey;
    }

    SecretKeySpec standardKey() {
        return standardKey;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningSecret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Masked, so that logs never contain the secret. */
    @Override
    public String toString() {
        return PREFIX + "••••••••";
    }
}
