package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Tokens;
import ai.nexadesk.webhooks.api.Hashes;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/**
 * A person's signed-in browser. Its token is 256 random bits, of which only the hash is stored. It ends after a period
 * without use, after 30 days, or when it is revoked, whichever comes first.
 */
@Entity
public class Session extends PanacheEntityBase {

    /** The maximum lifetime. */
    static final Duration LONGEST = Duration.ofDays(30);

    /** SHA-256 of the token. */
    @Id
    byte[] tokenHash;

    /** Who is signed in. */
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    public Person person;

    /** When they signed in. */
    public Instant createdAt;

    /** When it ends unless it is used again. */
    public Instant expiresAt;

    /** For Hibernate. */
    protected Session() {}

    /** Starts a session and returns its token, which is not stored. */
    static String start(Person person, Instant now, Duration idle) {
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(Tokens.randomBytes(32));
        var session = new Session();
        session.tokenHash = Hashes.sha256(token);
        session.person = person;
        session.createdAt = now;
        session.expiresAt = now.plus(idle);
        session.persist();
        return token;
    }

    /** The session of this token, if it has not ended; its person and their workspace are loaded. */
    static Optional<Session> findLive(String token, Instant now) {
        return find(
                        "from Session s join fetch s.person p join fetch p.workspace"
                                + " where s.tokenHash = ?1 and s.expiresAt > ?2 and s.createdAt > ?3",
                        Hashes.sha256(token),
                        now,
                        now.minus(LONGEST))
                .firstResultOptional();
    }

    /** Extends the session. Writes only occasionally, not on every request. */
    void touch(Instant now, Duration idle) {
        var end = now.plus(idle);
        if (expiresAt.plus(idle.dividedBy(60)).isBefore(end)) {
            update("expiresAt = ?1 where tokenHash = ?2 and expiresAt < ?1", end, tokenHash);
        }
    }

    /** Ends the session of this token, if there is one. */
    static void revoke(String token) {
        delete("tokenHash", (Object) Hashes.sha256(token));
    }

    /** The number of a person's active sessions. */
    static long countLive(Person person, Instant now) {
        return count("person = ?1 and expiresAt > ?2 and createdAt > ?3", person, now, now.minus(LONGEST));
    }

    /** Ends all sessions of a person, for instance because their password or role has changed. */
    public static void revokeAll(Person person) {
        delete("person", person);
    }

    /** Deletes sessions that have ended. */
    static void sweep(Instant now) {
        delete("expiresAt <= ?1 or createdAt <= ?2", now, now.minus(LONGEST));
    }
}
