package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.api.Hashes;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * An attempt to sign in that failed or is in progress. Attempts are counted in the database, for all replicas. An
 * attempt is counted before its password is checked, so that parallel attempts cannot bypass the limit.
 */
@Entity
class SignInAttempt extends PanacheEntityBase {

    static final Duration WINDOW = Duration.ofMinutes(15);

    /** Maximum attempts for one account from one address. */
    static final int MAX_ATTEMPTS = 10;

    /** Maximum attempts for any accounts from one address, such as that of an office. */
    static final int MAX_FROM_ADDRESS = 50;

    /** Maximum attempts from an IPv6 /48, which one customer of a provider may have. */
    static final int MAX_FROM_NETWORK = 200;

    /** Replaces the address for known browsers, so that attempts by strangers do not count against them. */
    static final String BROWSER = "browser ";

    /** Replaces the account for attempts that name none. Each address is counted separately. */
    private static final String NO_ACCOUNT = "form ";

    /** The length of the hexadecimal digits and colons of 48 bits. */
    private static final int NETWORK = 17;

    /** Maximum attempts for one account from anywhere except its known browsers. */
    static final int MAX_FOR_ACCOUNT = 100;

    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    UUID id;

    /** The hash of the account. Hashed, because people may type a password here by mistake. */
    String account;

    String address;

    Instant at;

    /** For Hibernate. */
    protected SignInAttempt() {}

    private SignInAttempt(String account, String address, Instant at) {
        this.account = account;
        this.address = address;
        this.at = at;
    }

    /** Counts a new attempt; must be committed before {@link #isOverLimit}. */
    static SignInAttempt begin(String email, String address, Instant now) {
        return store(account(email), address, now);
    }

    /** Counts a new attempt without an account name. */
    static SignInAttempt beginWithoutAccount(String form, String address, Instant now) {
        return store(NO_ACCOUNT + form, address, now);
    }

    private static SignInAttempt store(String account, String address, Instant now) {
        delete("at <= ?1", now.minus(WINDOW));
        var attempt = new SignInAttempt(account, address, now);
        attempt.persist();
        return attempt;
    }

    private static String account(String email) {
        return HexFormat.of().formatHex(Hashes.sha256(email.toLowerCase(Locale.ROOT)));
    }

    /** Whether there were too many attempts. An attempt above the limit does not count, so that waiting helps. */
    boolean isOverLimit() {
        var since = at.minus(WINDOW);
        boolean tooMany = count("account = ?1 and address = ?2 and at > ?3", account, address, since) > MAX_ATTEMPTS
                || count("address = ?1 and at > ?2", address, since) > MAX_FROM_ADDRESS
                || isNetworkOverLimit(since)
                || isAccountOverLimit(since);
        if (tooMany) {
            deleteById(id);
        }
        return tooMany;
    }

    private boolean isNetworkOverLimit(Instant since) {
        return address.length() > NETWORK
                && address.indexOf(':') == 2
                && count("address like ?1 and at > ?2", address.substring(0, NETWORK) + "%", since) > MAX_FROM_NETWORK;
    }

    private boolean isAccountOverLimit(Instant since) {
        return !account.startsWith(NO_ACCOUNT)
                && !address.startsWith(BROWSER)
                && count("account = ?1 and address not like ?2 and at > ?3", account, BROWSER + "%", since)
                        > MAX_FOR_ACCOUNT;
    }

    /** Deletes the attempts for an account from an address, because one of them succeeded. */
    void clear() {
        delete("account = ?1 and address = ?2", account, address);
    }
}
