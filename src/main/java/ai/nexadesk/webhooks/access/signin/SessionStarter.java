package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.SessionCookie;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.vertx.core.http.HttpServerRequest;

import java.time.InstantSource;
import java.util.List;
import jakarta.inject.Singleton;

/** Starts a session for an authenticated person. */
@Singleton
class SessionStarter {

    private final SessionSettings settings;
    private final InstantSource clock;
    private final SessionCookie cookie;

    SessionStarter(SessionSettings settings, InstantSource clock, SessionCookie cookie) {
        this.settings = settings;
        this.clock = clock;
        this.cookie = cookie;
    }

    /**
     * Returns the token of a new session. Every sign-in creates one, which prevents session fixation.
     *
     * @param how the method, for the audit log; empty for a password
     */
    String start(Person person, HttpServerRequest request, String ip, String how) {
        var now = clock.instant();
        return DatabaseRole.ENTRY.call(() -> {
            cookie.token(request).ifPresent(Session::revoke);
            Session.sweep(now);
            new AuditEntry(person.workspace.id, now, person.email, "session.started", person.email, how, ip, List.of())
                    .persist();
            return Session.start(person, now, settings.idle());
        });
    }
}
