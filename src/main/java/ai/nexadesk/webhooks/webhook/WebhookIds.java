package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.Hashes;

import java.security.SecureRandom;
import java.util.stream.IntStream;

/** Generates public IDs of webhooks. */
final class WebhookIds {

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WebhookIds() {}

    static String random() {
        return id(RANDOM.ints(LENGTH, 0, ALPHABET.length()));
    }

    /**
     * The ID for a form token. It depends on the person, so that nobody can guess the ID of another person's webhook.
     */
    static String of(String token, Caller caller) {
        var hash = Hashes.sha256(caller.workspaceId() + ' ' + caller.name() + ' ' + token);
        return id(IntStream.range(0, LENGTH).map(i -> (hash[i] & 0xff) % ALPHABET.length()));
    }

    private static String id(IntStream digits) {
        var id = new StringBuilder("wh_");
        digits.forEach(digit -> id.append(ALPHABET.charAt(digit)));
        return id.toString();
    }
}
