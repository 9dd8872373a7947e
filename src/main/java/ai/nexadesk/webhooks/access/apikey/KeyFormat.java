package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Tokens;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The format of API keys: {@code fc_live_}, 30 characters of base 62 (178 random bits), and six more with the CRC-32 of
 * all that. Typos are detected without a database query, and secret scanners can recognize keys.
 */
final class KeyFormat {

    static final String START = "fc_live_";

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 30;
    private static final int CHECKSUM_LENGTH = 6;
    private static final int LENGTH = START.length() + RANDOM_LENGTH + CHECKSUM_LENGTH;
    private static final Pattern PATTERN =
            Pattern.compile(START + "[0-9A-Za-z]{" + (RANDOM_LENGTH + CHECKSUM_LENGTH) + "}");

    private KeyFormat() {}

    static String random() {
        var key = new StringBuilder(START);
        while (key.length() < START.length() + RANDOM_LENGTH) {
            // Use only bytes below the largest multiple of 62, so that every digit is equally likely.
            for (byte random : Tokens.randomBytes(RANDOM_LENGTH)) {
                int value = random & 0xff;
                if (value < 4 * DIGITS.length() && key.length() < START.length() + RANDOM_LENGTH) {
                    key.append(DIGITS.charAt(value % DIGITS.length()));
                }
            }
        }
        return key + checksum(key.toString());
    }

    static boolean isWellFormed(String key) {
        if (!PATTERN.matcher(key).matches()) {
            return false;
        }
        int split = key.length() - CHECKSUM_LENGTH;
        return checksum(key.substring(0, split)).equals(key.substring(split));
    }

    /** Describes the problem of a malformed key without repeating any of it. */
    static String problem(String key) {
        if (!key.startsWith(START)) {
            return "This is not an API key. Keys start with " + START + " and are created in Settings > API keys.";
        }
        return PATTERN.matcher(key).matches()
                ? "This API key has a typo: its checksum does not match. Copy the whole key again."
                : "This API key is incomplete or has invalid characters: a key has " + LENGTH
                        + " letters and digits, " + START + " included. This one has " + key.length()
                        + ". Copy the whole key again.";
    }

    /** The first characters of a key: enough to recognize it, too few to help an attacker. */
    static String prefix(String key) {
        return key.substring(0, START.length() + 4);
    }

    static String checksum(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        var digits = new StringBuilder();
        for (long rest = crc.getValue(); digits.length() < CHECKSUM_LENGTH; rest /= DIGITS.length()) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
        }
        return digits.reverse().toString();
    }
}
