package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.scheduler.Scheduled;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import jakarta.inject.Singleton;

/**
 * Requests with an {@code Idempotency-Key} and their responses, shared by all replicas. Responses are encrypted
 * (AES-256-GCM) with a key derived from the caller's API key and the Idempotency-Key, neither of which is stored.
 * Signing secrets are removed before a response is stored.
 */
@Singleton
class IdempotentRequests {

    private static final Duration KEPT = Duration.ofHours(24);

    /** A request that has not ended after this time was interrupted by a crash. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final String BEGIN = """
            insert into idempotent_request as r (key_hash, request_hash, started_at) values (:key, :request, :now)
            on conflict (key_hash) do update set request_hash = excluded.request_hash, started_at = excluded.started_at,
                status = null, answer = null
            where r.started_at <= :old or r.status is null and r.started_at <= :cut_off
            """;

    private static final String FIND =
            "select request_hash, coalesce(status, 0) as status, answer from idempotent_request where key_hash = :key";
    private static final String END =
            "update idempotent_request set status = :status, answer = :answer where key_hash = :key and started_at = :at";
    private static final String FORGET = "delete from idempotent_request where key_hash = :key and started_at = :at";
    private static final String FORGET_OLD = """
            delete from idempotent_request where key_hash in
                (select key_hash from idempotent_request where started_at <= :old limit 1000)
            """;

    private final SecureRandom random = new SecureRandom();
    private final Jdbi jdbi;
    private final InstantSource clock;

    IdempotentRequests(@Engine Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** An idempotency key used by one caller. */
    record Key(byte[] hash, byte[] secret) {

        static Key of(String token, String idempotencyKey) {
            return new Key(
                    Hashes.hmac(token, "request " + idempotencyKey), Hashes.hmac(token, "answer " + idempotencyKey));
        }
    }

    /** A request in progress. It ends with {@link #end} or {@link #forget}. */
    record Begun(Key key, Instant at) {}

    /**
     * A request that was made before.
     *
     * @param same whether it was the same request
     * @param status the status of the response; 0 while in progress
     * @param body the body of the response; null while in progress
     */
    record Earlier(boolean same, int status, byte @Nullable [] body) {}

    /** Either {@link #begun} or {@link #earlier}. */
    record Found(@Nullable Begun begun, @Nullable Earlier earlier) {}

    /** Begins a request if it was not made before. */
    Found begin(Key key, byte[] requestHash) {
        var now = clock.instant();
        int begun = jdbi.withHandle(handle -> handle.createUpdate(BEGIN)
                .bind("key", key.hash)
                .bind("request", requestHash)
                .bind("now", now)
                .bind("old", now.minus(KEPT))
                .bind("cut_off", now.minus(LONGEST))
                .execute());
        return begun > 0 ? new Found(new Begun(key, now), null) : new Found(null, find(key, requestHash));
    }

    private Earlier find(Key key, byte[] requestHash) {
        return jdbi.withHandle(handle -> handle.createQuery(FIND)
                        .bind("key", key.hash)
                        .map(row -> earlier(row, key, requestHash))
                        .findFirst())
                // It has just ended without a result.
                .orElse(new Earlier(true, 0, null));
    }

    private Earlier earlier(RowView row, Key key, byte[] requestHash) {
        var answer = row.getColumn("answer", byte[].class);
        return new Earlier(
                MessageDigest.isEqual(row.getColumn("request_hash", byte[].class), requestHash),
                row.getColumn("status", Integer.class),
                answer == null ? null : crypt(Cipher.DECRYPT_MODE, key, answer));
    }

    /** Stores the response. */
    void end(Begun request, int status, byte[] body) {
        jdbi.useHandle(handle -> handle.createUpdate(END)
                .bind("status", status)
                .bind("answer", crypt(Cipher.ENCRYPT_MODE, request.key, body))
                .bind("key", request.key.hash)
                .bind("at", request.at)
                .execute());
    }

    /** Forgets a request without a result, so that the same request is accepted again. */
    void forget(Begun request) {
        jdbi.useHandle(handle -> handle.createUpdate(FORGET)
                .bind("key", request.key.hash)
                .bind("at", request.at)
                .execute());
    }

    @Scheduled(identity = "idempotency-keys", every = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void forgetOld() {
        var old = clock.instant().minus(KEPT);
        jdbi.useHandle(handle -> {
            while (handle.createUpdate(FORGET_OLD).bind("old", old).execute() > 0) {}
        });
    }

    private byte[] crypt(int mode, Key key, byte[] input) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            var nonce = new byte[NONCE_BYTES];
            var buffer = ByteBuffer.wrap(input);
            if (mode == Cipher.ENCRYPT_MODE) {
                random.nextBytes(nonce);
            } else {
                buffer.get(nonce);
            }
            cipher.init(mode, new SecretKeySpec(key.secret, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(key.hash);
            var output = cipher.doFinal(input, buffer.position(), buffer.remaining());
            return mode == Cipher.DECRYPT_MODE
                    ? output
                    : ByteBuffer.allocate(nonce.length + output.length)
                            .put(nonce)
                            .put(output)
                            .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A stored response cannot be read", e);
        }
    }
}
