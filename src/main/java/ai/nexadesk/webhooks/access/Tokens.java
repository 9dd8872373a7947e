package ai.nexadesk.webhooks.access;

import java.security.SecureRandom;

/** Random bytes for tokens. Their SHA-256 is stored without salt or stretching, because they are long and random. */
public final class Tokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    public static byte[] randomBytes(int count) {
        var bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
