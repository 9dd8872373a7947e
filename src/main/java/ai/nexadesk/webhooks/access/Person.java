package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.Hashes;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** Somebody who signs in with email address and password and belongs to one workspace. */
@Entity
public class Person extends PanacheEntityBase {

    private static final int MIN_PASSWORD = 12;

    /** Maximum bytes of a password; bcrypt ignores anything longer. */
    private static final int MAX_PASSWORD_BYTES = 72;

    /** The logarithm of the rounds of bcrypt. */
    private static final int BCRYPT_COST = 10;

    /** Compared if there is no such person, so that the response takes as long as for a wrong password. */
    private static final String DUMMY_HASH = BcryptUtil.bcryptHash("nobody's password", BCRYPT_COST);

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** The workspace whose pages they see. */
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    public Workspace workspace;

    /** The email address, unique regardless of case. */
    public String email;

    /** Their name. */
    public String name;

    /** The bcrypt hash, in modular crypt format. */
    String passwordHash;

    /** The role. */
    @Enumerated(EnumType.STRING)
    public Role role;

    /** When they were added. */
    public Instant createdAt;

    /** For Hibernate. */
    protected Person() {}

    /** A person who is not stored yet. Only the hash of the password is kept. */
    public Person(Workspace workspace, String email, String name, String password, Role role, Instant createdAt) {
        this.workspace = workspace;
        this.email = email;
        this.name = name;
        this.passwordHash = BcryptUtil.bcryptHash(password, BCRYPT_COST);
        this.role = role;
        this.createdAt = createdAt;
    }

    /** The problem with a new password, as a sentence for people; null if it is acceptable. */
    public static @Nullable String problemWith(String password, String email) {
        if (password.length() < MIN_PASSWORD) {
            return "Use at least " + MIN_PASSWORD + " characters.";
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
            return "This password is too long. Use at most " + MAX_PASSWORD_BYTES
                    + " bytes; accented and non-Latin characters take more than one.";
        }
        if (password.equalsIgnoreCase(email)) {
            return "Don't use your email address.";
        }
        return CommonPasswords.include(password)
                ? "This password is easy to guess. Use several words that don't belong together."
                : null;
    }

    /** Changes the password. Sessions are not ended. */
    public void changePassword(String password) {
        passwordHash = BcryptUtil.bcryptHash(password, BCRYPT_COST);
    }

    /** The person with this email address, regardless of case. */
    public static Optional<Person> findByEmail(String email) {
        return find("from Person p join fetch p.workspace where lower(p.email) = ?1", email.toLowerCase(Locale.ROOT))
                .firstResultOptional();
    }

    /** A MAC of this text, valid until the password changes. */
    public byte[] seal(String text) {
        return Hashes.hmac(passwordHash, text);
    }

    /** The people who manage a workspace. */
    public static List<Person> adminsOf(String workspaceId) {
        return list("workspace.id = ?1 and role = ?2", workspaceId, Role.ADMIN);
    }

    /** Whether this is the person's password. Takes the same time if there is no such person. */
    public static boolean isPasswordOf(Optional<Person> person, String password) {
        var hash = person.map(somebody -> somebody.passwordHash).orElse(DUMMY_HASH);
        return BcryptUtil.matches(password, hash) && person.isPresent();
    }
}
