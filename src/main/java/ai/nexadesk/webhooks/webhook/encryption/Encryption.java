package ai.nexadesk.webhooks.webhook.encryption;

import ai.nexadesk.webhooks.api.Hashes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import jakarta.inject.Singleton;

/**
 * Encrypts secrets at rest: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The workspace, the webhook or other place,
 * and the key's id are authenticated with it, so that a secret cannot be moved to another row. A sealed secret is the key's id
 * (4 bytes), the nonce (12) and the ciphertext with its tag.
 */
@Singleton
public class Encryption {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, SecretKeySpec> keys = new HashMap<>();
    private final int activeKey;

    Encryption(SecretSettings settings) {
        settings.formerEncryptionKeys().orElse(List.of()).forEach(this::add);
        activeKey = add(settings.encryptionKey().orElseThrow());
    }

    /** Reads a key, 32 bytes in base64; empty if the text is not a valid key. */
    public static Optional<byte[]> read(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64.strip())).filter(key -> key.length == KEY_BYTES);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** The ID at the start of everything encrypted with this key. */
    public static int idOf(byte[] key) {
        return ByteBuffer.wrap(Hashes.sha256(key)).getInt();
    }

    private int add(String base64) {
        var key = read(base64).orElseThrow();
        int id = idOf(key);
        keys.put(id, new SecretKeySpec(key, "AES"));
        return id;
    }

    /** Whether this was encrypted with the active key. */
    public boolean isActive(byte[] blob) {
        return ByteBuffer.wrap(blob).getInt() == activeKey;
    }

    /**
     * Encrypts a text.
     *
     * @param place the place in the workspace, such as a webhook; the text can be decrypted only for the same place
     */
    public byte[] seal(String text, String workspaceId, String place) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var sealed =
                crypt(Cipher.ENCRYPT_MODE, activeKey, nonce, workspaceId, place, text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(Integer.BYTES + NONCE_BYTES + sealed.length)
                .putInt(activeKey)
                .put(nonce)
                .put(sealed)
                .array();
    }

    /**
     * Decrypts a text that was encrypted for this place.
     *
     * @throws IllegalStateException if its key is not configured or it was tampered with
     */
    public String open(byte[] blob, String workspaceId, String place) {
        var buffer = ByteBuffer.wrap(blob);
        int keyId = buffer.getInt();
        var nonce = new byte[NONCE_BYTES];
        buffer.get(nonce);
        var sealed = new byte[buffer.remaining()];
        buffer.get(sealed);
        var plain = crypt(Cipher.DECRYPT_MODE, keyId, nonce, workspaceId, place, sealed);
        return new String(plain, StandardCharsets.UTF_8);
    }

    private byte[] crypt(int mode, int keyId, byte[] nonce, String workspaceId, String place, byte[] input) {
        var key = keys.get(keyId);
        if (key == null) {
            throw new IllegalStateException("The secret of " + place + " was encrypted with a key that is not"
                    + " configured. Add it to nexadesk.secrets.former-encryption-keys.");
        }
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD((workspaceId + '|' + place + '|' + keyId).getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The secret of " + place + " cannot be read", e);
        }
    }
}
