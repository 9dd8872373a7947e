package ai.nexadesk.webhooks.access;

import java.util.List;
import java.util.Locale;

/**
 * Detects common passwords without a list. Those of twelve characters or more in published lists are almost all built
 * in one of a few ways: common words with digits, a short repeated text, or a row of keys.
 */
final class CommonPasswords {

    /** Minimum different characters left after removing common words. */
    private static final int DIFFERENT = 4;

    /** Common words. Long ones come first: "passwords" before "pass". */
    private static final List<String> WORDS = List.of(
            "administrator",
            "qwertyuiop",
            "asdfghjkl",
            "nexadesk",
            "password",
            "passwort",
            "iloveyou",
            "sunshine",
            "princess",
            "football",
            "baseball",
            "superman",
            "changeme",
            "webhooks",
            "zxcvbnm",
            "welcome",
            "letmein",
            "trustno",
            "default",
            "dragon",
            "monkey",
            "master",
            "shadow",
            "qwerty",
            "azerty",
            "secret",
            "summer",
            "winter",
            "spring",
            "autumn",
            "batman",
            "access",
            "please",
            "letme",
            "login",
            "hello",
            "admin",
            "pass",
            "word",
            "user",
            "test",
            "root",
            "love",
            "abcd",
            "abc",
            "the",
            "my",
            "is");

    private static final String ROWS =
            "01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn 1q2w3e4r5t6y7u8i9o0p ";

    private CommonPasswords() {}

    /** Whether it is easy to guess. */
    static boolean include(String password) {
        var text = password.toLowerCase(Locale.ROOT);
        return isRepeated(text) || isRow(text) || left(text) || left(unmasked(text));
    }

    private static boolean left(String text) {
        var rest = text;
        for (var word : WORDS) {
            rest = rest.replace(word, "");
        }
        return rest.chars().filter(Character::isLetter).distinct().count() < DIFFERENT
                && !(rest.chars().filter(c -> !Character.isLetter(c)).distinct().count() > 2 * DIFFERENT);
    }

    private static String unmasked(String text) {
        return text.replace('0', 'o')
                .replace('1', 'i')
                .replace('3', 'e')
                .replace('4', 'a')
                .replace('5', 's')
                .replace('7', 't')
                .replace('@', 'a')
                .replace('$', 's')
                .replace('!', 'i');
    }

    /** Whether it is a short repeated text, such as "horsehorsehorse". */
    private static boolean isRepeated(String text) {
        for (int length = 1; length <= text.length() / 2; length++) {
            if (text.equals(
                    text.substring(0, length).repeat(text.length() / length + 1).substring(0, text.length()))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it consists only of pieces of keyboard rows, forward or backward. */
    private static boolean isRow(String text) {
        var rows = ROWS + new StringBuilder(ROWS).reverse();
        int pieces = 0;
        for (int at = 0; at < text.length(); pieces++) {
            int end = at + 1;
            while (end < text.length() && rows.contains(text.substring(at, end + 1))) {
                end++;
            }
            at = end;
        }
        return pieces <= text.length() / 3;
    }
}
