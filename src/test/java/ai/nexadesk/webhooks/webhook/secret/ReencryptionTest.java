package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.webhook.SecretCipher;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("After a change of the encryption key, every stored secret")
class ReencryptionTest {

    /** The former key from the tests' configuration. */
    private static final byte[] FORMER = "former key, tests only, tests!!!".getBytes(StandardCharsets.UTF_8);

    @Inject
    Reencryption reencryption;

    @Inject
    SecretCipher cipher;

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("is encrypted with the active key, and unchanged")
    void renews() throws Exception {
        try (var receiver = Receiver.start()) {
            var id = api.createWebhook(receiver.url("/hook"), "*");
            var deleted = api.createWebhook(receiver.url("/deleted"), "*");
            api.post("/webhooks/" + id + "/secret/rotate", Map.of("overlap_hours", 1));
            api.patch("/webhooks/" + id, Map.of("headers", Map.of("X-Api-Key", "a value")));
            var before = api.get("/webhooks/" + id + "/secret").getMap("data");
            api.delete("/webhooks/" + deleted);
            sealWithFormerKey(id);
            sealWithFormerKey(deleted);
            assertThat(isActive(id)).isFalse();
            assertThat(api.get("/webhooks/" + id + "/secret").getMap("data")).isEqualTo(before);

            reencryption.run();

            assertThat(isActive(id)).isTrue();
            assertThat(isActive(deleted)).isTrue();
            assertThat(api.get("/webhooks/" + id + "/secret").getMap("data")).isEqualTo(before);
            var version = stored(id).version();
            reencryption.run();
            assertThat(stored(id).version()).isEqualTo(version);

            // After a rotation, only the headers may still use the former key.
            DatabaseRole.HOST.run(() -> {
                Webhook webhook = Webhook.findById(id);
                webhook.headers = sealed(cipher.headers(webhook).write(), webhook, webhook.id + " headers");
            });
            reencryption.run();
            assertThat(isActive(id)).isTrue();
            api.post("/webhooks/" + id + "/ping");
            var requests = receiver.requests();
            assertThat(requests.get(requests.size() - 1).header("x-api-key")).isEqualTo("a value");
        }
    }

    @Test
    @DisplayName("is processed, even if an earlier one was encrypted with a key that is no longer available")
    void unreadable() throws Exception {
        try (var receiver = Receiver.start()) {
            var unreadable = api.createWebhook(receiver.url("/unreadable"), "*");
            var ids = Stream.of("/one", "/two", "/three", "/four")
                    .map(path -> api.createWebhook(receiver.url(path), "*"))
                    .toList();
            ids.forEach(this::sealWithFormerKey);
            var secret = stored(unreadable).secret;
            store(unreadable, new byte[secret.length]);

            reencryption.run();

            assertThat(ids).allMatch(this::isActive);
            store(unreadable, secret);
        }
    }

    private static void store(String id, byte[] secret) {
        DatabaseRole.HOST.run(() -> Webhook.<Webhook>findById(id).secret = secret);
    }

    private static Webhook stored(String id) {
        return DatabaseRole.HOST.call(() -> Webhook.findById(id));
    }

    private boolean isActive(String id) {
        var webhook = stored(id);
        return cipher.isActive(webhook.secret)
                && (webhook.headers == null || cipher.isActive(webhook.headers))
                && (webhook.pendingSecret == null || cipher.isActive(webhook.pendingSecret));
    }

    private void sealWithFormerKey(String id) {
        DatabaseRole.HOST.run(() -> {
            Webhook webhook = Webhook.findById(id);
            webhook.secret = sealed(cipher.open(webhook.secret, webhook).value(), webhook);
            if (webhook.pendingSecret != null) {
                webhook.pendingSecret =
                        sealed(cipher.open(webhook.pendingSecret, webhook).value(), webhook);
            }
        });
    }

    /** The documented format: the key's ID, the nonce, and AES-GCM bound to the workspace, the webhook and the key. */
    private static byte[] sealed(String secret, Webhook webhook) {
        return sealed(secret, webhook, webhook.id);
    }

    private static byte[] sealed(String secret, Webhook webhook, String place) {
        try {
            int keyId = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(FORMER))
                    .getInt();
            var nonce = "twelve bytes".getBytes(StandardCharsets.UTF_8);
            var aes = Cipher.getInstance("AES/GCM/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(FORMER, "AES"), new GCMParameterSpec(128, nonce));
            aes.updateAAD((webhook.workspaceId + "|" + place + "|" + keyId).getBytes(StandardCharsets.UTF_8));
            var text = aes.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(16 + text.length)
                    .putInt(keyId)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
