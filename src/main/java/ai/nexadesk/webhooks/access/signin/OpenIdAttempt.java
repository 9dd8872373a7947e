package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.ReturnPath;
import ai.nexadesk.webhooks.access.Tokens;
import ai.nexadesk.webhooks.api.Hashes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A sign-in at the provider that is in progress. Its unpredictable values are derived from a secret in the cookie of
 * the browser that started it, so no other browser can finish it.
 *
 * @param secret 256 random bits
 * @param begun when it began
 * @param next the page that the person was going to
 */
record OpenIdAttempt(String secret, Instant begun, ReturnPath next) {

    private static final Duration LASTS = Duration.ofMinutes(10);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static OpenIdAttempt begin(ReturnPath next, Instant now) {
        return new OpenIdAttempt(BASE64.encodeToString(Tokens.randomBytes(32)), now, next);
    }

    /** The value of the cookie. */
    String cookie() {
        return secret + "." + begun.toEpochMilli() + "."
                + BASE64.encodeToString(next.path().getBytes(StandardCharsets.US_ASCII));
    }

    /** Parses the cookie; empty if it is malformed. */
    static Optional<OpenIdAttempt> of(String cookie) {
        if (!cookie.matches("[\\w-]{43}\\.\\d{13,15}\\.[\\w-]+")) {
            return Optional.empty();
        }
        var parts = cookie.split("\\.");
        try {
            var path = new String(Base64.getUrlDecoder().decode(parts[2]), StandardCharsets.US_ASCII);
            var begun = Instant.ofEpochMilli(Long.parseLong(parts[1]));
            return Optional.of(new OpenIdAttempt(parts[0], begun, ReturnPath.of(path)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Whether this state matches and has not expired. */
    boolean isAnsweredBy(String state, Instant now) {
        return MessageDigest.isEqual(bytes(state()), bytes(state))
                && !now.isBefore(begun)
                && now.isBefore(begun.plus(LASTS));
    }

    String state() {
        return derived("state " + begun.toEpochMilli());
    }

    String nonce() {
        return derived("nonce");
    }

    /** The verifier of PKCE (RFC 7636). */
    String verifier() {
        return derived("verifier");
    }

    String challenge() {
        return BASE64.encodeToString(Hashes.sha256(verifier()));
    }

    private String derived(String purpose) {
        return BASE64.encodeToString(Hashes.hmac(secret, purpose));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
