package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey.Created;
import ai.nexadesk.webhooks.access.apikey.ApiKey.Terms;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/** Operations on the API keys of the caller's workspace. Only pages can create keys. */
@ApplicationScoped
class ApiKeys {

    private final InstantSource clock;

    ApiKeys(InstantSource clock) {
        this.clock = clock;
    }

    /** All keys, including revoked ones, newest first. */
    List<ApiKey> all(Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> ApiKey.listOf(caller.workspaceId()));
    }

    /** The key with this ID, or 404. */
    ApiKey get(UUID id, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> find(id, caller));
    }

    /** Creates a key. Its plain text is shown only once. */
    Created create(Terms terms, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var created = ApiKey.create(caller.workspaceId(), terms, clock.instant());
            AuditEntry.record(caller, "api_key.created", created.key().prefix, describe(created.key()));
            return created;
        });
    }

    /** Revokes a key unless it is already revoked; 404 if there is none with this ID. */
    ApiKey revoke(UUID id, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var key = find(id, caller);
            // Locked, so that only one of two concurrent requests is recorded in the audit log.
            ApiKey.getEntityManager().refresh(key, LockModeType.PESSIMISTIC_WRITE);
            if (!key.isRevoked()) {
                key.revoke(clock.instant());
                AuditEntry.record(caller, "api_key.revoked", key.prefix, key.name);
            }
            return key;
        });
    }

    private static ApiKey find(UUID id, Caller caller) {
        return ApiKey.findIn(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
    }

    private static String describe(ApiKey key) {
        return key.name + "; " + String.join(" and ", key.scopes)
                + (key.allowedIps.isEmpty() ? "" : "; from " + String.join(", ", key.allowedIps))
                + (key.expiresAt == null ? "" : "; until " + key.expiresAt);
    }
}
