package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.DatabaseRole;

import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import jakarta.inject.Singleton;

/** Creates the first admin of a new database, with the operator's token, and only while there are no users. */
@Singleton
final class FirstAdmin {

    private final Optional<byte[]> tokenHash;
    private final InstantSource clock;

    FirstAdmin(SetupSettings settings, InstantSource clock) {
        this.clock = clock;
        tokenHash = settings.setupToken().map(Hashes::sha256);
    }

    boolean isPossible() {
        return tokenHash.isPresent() && DatabaseRole.ENTRY.call(() -> Person.count() == 0);
    }

    boolean isToken(String token) {
        return tokenHash
                .filter(hash -> MessageDigest.isEqual(hash, Hashes.sha256(token)))
                .isPresent();
    }

    /** Creates the admin, and the workspace if needed; returns false if there is already a person. */
    boolean create(SetupForm form, String ip) {
        return DatabaseRole.ENTRY.call(() -> {
            // Without a lock, two concurrent requests could both find no person.
            Person.getEntityManager()
                    .createNativeQuery("select count(*) from pg_advisory_xact_lock(hashtext('nexadesk first admin'))")
                    .getSingleResult();
            if (Person.count() > 0) {
                return false;
            }
            var now = clock.instant();
            Workspace workspace = Workspace.findById(form.workspace);
            if (workspace == null) {
                workspace = new Workspace(form.workspace, form.workspaceName, now);
                workspace.persist();
            }
            new Person(workspace, form.email, form.name, form.password, Role.ADMIN, now).persist();
            new AuditEntry(workspace.id, now, form.email, "person.created", form.email, "first admin", ip, List.of())
                    .persist();
            return true;
        });
    }
}
