package ai.nexadesk.webhooks.access.signin;

import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/** Verifies an ID token completely and reads the person from it. */
final class IdTokens {

    private static final int SKEW_SECONDS = 30;

    private IdTokens() {}

    /** Thrown if the token is not valid. */
    static final class UntrustedException extends Exception {
        UntrustedException(String message) {
            super(message);
        }
    }

    /**
     * The verified email address in a token.
     *
     * @param keys the provider's keys, as a JSON Web Key Set
     */
    static String email(String token, String keys, OpenIdProvider provider, OpenIdAttempt attempt, Instant now)
            throws UntrustedException {
        try {
            var claims = new JwtConsumerBuilder()
                    .setJwsAlgorithmConstraints(
                            ConstraintType.PERMIT,
                            AlgorithmIdentifiers.RSA_USING_SHA256,
                            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                    .setVerificationKeyResolver(
                            new JwksVerificationKeyResolver(new JsonWebKeySet(keys).getJsonWebKeys()))
                    .setExpectedIssuer(provider.issuer())
                    .setExpectedAudience(provider.clientId())
                    .setRequireSubject()
                    .setRequireIssuedAt()
                    .setRequireExpirationTime()
                    .setAllowedClockSkewInSeconds(SKEW_SECONDS)
                    .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
                    .build()
                    .processToClaims(token);
            boolean isOurs = claims.hasClaim("azp")
                    ? provider.clientId().equals(claims.getStringClaimValue("azp"))
                    : claims.getAudience().size() == 1;
            check(isOurs, "It was issued to a different client");
            var nonce = claims.getStringClaimValue("nonce");
            check(
                    nonce != null && MessageDigest.isEqual(bytes(nonce), bytes(attempt.nonce())),
                    "Its nonce does not match");
            check(Boolean.TRUE.equals(claims.getClaimValue("email_verified")), "Its email address is not verified");
            var email = claims.getStringClaimValue("email");
            check(email != null && !email.isBlank() && email.indexOf('\0') < 0, "It has no email address");
            return email;
        } catch (InvalidJwtException e) {
            // The message and some of the details contain the token.
            throw new UntrustedException(e.getErrorDetails().toString().replace(token, "…"));
        } catch (MalformedClaimException | JoseException e) {
            throw new UntrustedException(e.getMessage());
        }
    }

    private static void check(boolean holds, String otherwise) throws UntrustedException {
        if (!holds) {
            throw new UntrustedException(otherwise);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
