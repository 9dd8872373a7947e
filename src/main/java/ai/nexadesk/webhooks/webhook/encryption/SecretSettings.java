package ai.nexadesk.webhooks.webhook.encryption;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.List;
import java.util.Optional;

/** Encryption of signing secrets at rest. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.secrets")
public interface SecretSettings {

    /** The active AES-256 key, 32 bytes in base64. The evaluation mode generates one in its data directory. */
    Optional<String> encryptionKey();

    /** Former keys, still accepted for decryption. */
    Optional<List<String>> formerEncryptionKeys();
}
