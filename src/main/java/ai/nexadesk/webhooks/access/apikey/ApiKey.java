package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.outbound.address.Network;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A key that a customer's program uses on the REST API. The key itself is shown once, when it is created; only its hash
 * and its first characters are stored.
 */
@Entity
public class ApiKey extends PanacheEntityBase {

    /** The scope required for reading; also for {@code @RolesAllowed}. */
    public static final String READ = "read";

    /** The scope required for every change; also for {@code @RolesAllowed}. */
    public static final String WRITE = "write";

    /** What public IDs begin with. */
    public static final String ID_PREFIX = "key_";

    static final Comparator<ApiKey> OLDEST_FIRST =
            Comparator.comparing((ApiKey key) -> key.createdAt).thenComparing(key -> key.id);

    private static final Duration USE_RECORDED_EVERY = Duration.ofMinutes(1);

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** The only workspace that it gives access to. */
    public String workspaceId;

    /** Its name on pages. */
    public String name;

    /** The first characters of the key, by which people recognize it. */
    public String prefix;

    /** SHA-256 of the key. */
    byte[] keyHash;

    /** {@link #READ}, {@link #WRITE} or both, sorted. */
    public List<String> scopes;

    /** Addresses and networks (CIDR) that it may be used from; empty for any. */
    public List<String> allowedIps;

    /** When it was created. */
    public Instant createdAt;

    /** When it expires; null for never. */
    public @Nullable Instant expiresAt;

    /** When it was last used, to the minute; null if it never was. */
    public @Nullable Instant lastUsedAt;

    /** When it was revoked; null if it was not. */
    public @Nullable Instant revokedAt;

    /** For Hibernate. */
    protected ApiKey() {}

    /** Its ID in the REST API. */
    public String publicId() {
        return PublicId.format(ID_PREFIX, id);
    }

    /** The settings of a new key. */
    public record Terms(
            String name,
            Set<String> scopes,
            List<String> allowedIps,
            @Nullable Instant expiresAt) {

        /**
         * Validates and normalizes the settings.
         *
         * @throws IllegalArgumentException if the scope is missing or unknown, or an address is malformed, with a
         *     message for people
         */
        public Terms {
            scopes = new TreeSet<>(scopes);
            if (scopes.isEmpty() || !Set.of(READ, WRITE).containsAll(scopes)) {
                throw new IllegalArgumentException("Choose at least one scope.");
            }
            allowedIps = allowedIps.stream()
                    .map(network -> Network.parse(network).toString())
                    .distinct()
                    .toList();
        }
    }

    /** A key that was just created, together with its plain text, which is shown only once. */
    public record Created(ApiKey key, String plaintext) {}

    /** Creates and stores a key with random plain text. */
    public static Created create(String workspaceId, Terms terms, Instant now) {
        var plaintext = KeyFormat.random();
        return new Created(create(workspaceId, terms, now, plaintext), plaintext);
    }

    /**
     * Creates and stores a key with a given plain text, for the demo.
     *
     * @throws IllegalArgumentException if the plain text is not a well-formed key
     */
    public static ApiKey create(String workspaceId, Terms terms, Instant now, String plaintext) {
        if (!KeyFormat.isWellFormed(plaintext)) {
            throw new IllegalArgumentException("Malformed API key: the checksum is wrong.");
        }
        var key = new ApiKey();
        key.workspaceId = workspaceId;
        key.name = terms.name();
        key.prefix = KeyFormat.prefix(plaintext);
        key.keyHash = Hashes.sha256(plaintext);
        key.scopes = List.copyOf(terms.scopes());
        key.allowedIps = terms.allowedIps();
        key.createdAt = now;
        key.expiresAt = terms.expiresAt();
        key.persist();
        return key;
    }

    /** The key with this plain text, even if it no longer works. */
    public static Optional<ApiKey> findByPlaintext(String plaintext) {
        return KeyFormat.isWellFormed(plaintext)
                ? find("keyHash", (Object) Hashes.sha256(plaintext)).firstResultOptional()
                : Optional.empty();
    }

    /** The keys of a workspace, newest first, including revoked ones. */
    public static List<ApiKey> listOf(String workspaceId) {
        List<ApiKey> keys = list("workspaceId", workspaceId);
        return keys.stream().sorted(OLDEST_FIRST.reversed()).toList();
    }

    /** The key with this ID, if it belongs to this workspace. */
    public static Optional<ApiKey> findIn(String workspaceId, UUID id) {
        return find("workspaceId = ?1 and id = ?2", workspaceId, id).firstResultOptional();
    }

    /** Whether it was revoked. */
    public boolean isRevoked() {
        return revokedAt != null;
    }

    /** Whether it has expired. */
    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Its status: {@code active}, {@code expired} or {@code revoked}. */
    String status(Instant now) {
        return isRevoked() ? "revoked" : isExpired(now) ? "expired" : "active";
    }

    /** Whether it may be used from this address. */
    public boolean isAllowedFrom(String ip) {
        return allowedIps.isEmpty()
                || allowedIps.stream()
                        .anyMatch(network -> Network.parse(network).contains(ip));
    }

    /** Revokes it. Only the first call has an effect. */
    public void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }

    /** Records that it was used; writes at most once a minute. */
    void used(Instant now) {
        var before = now.minus(USE_RECORDED_EVERY);
        if (lastUsedAt == null || !lastUsedAt.isAfter(before)) {
            update("lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt <= ?3)", now, id, before);
        }
    }
}
