package ai.nexadesk.webhooks.delivery.erasure;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds records and email addresses in stored data, in any case, plain or escaped as in JSON, URLs or HTML.
 */
final class PersonMatcher {

    private static final Pattern ESCAPED =
            Pattern.compile("\\\\u00([0-9a-f]{2})|%([0-9a-f]{2})|&#x0*([0-9a-f]{2});|&#0*([0-9]{2,3});");

    private final Set<String> records;
    private final List<String> emails;

    PersonMatcher(List<String> records, List<String> emails) {
        this.records = Set.copyOf(records);
        this.emails =
                emails.stream().map(email -> email.toLowerCase(Locale.ROOT)).toList();
    }

    /** Whether an event is about one of the records, or contains one of the addresses. */
    boolean isEvent(@Nullable String record, byte[] body, @Nullable String... context) {
        return record != null && records.contains(record)
                || record == null && records.stream().anyMatch(wanted -> names(body, wanted))
                || isIn(record)
                || isIn(body)
                || Arrays.stream(context).anyMatch(this::isIn);
    }

    /** Events of version 0.1 have no record; it is compared with the ID in their body. */
    private static boolean names(byte[] body, String record) {
        var id = record.substring(record.indexOf(':') + 1);
        return new String(body, StandardCharsets.UTF_8).contains("\"" + id + "\"");
    }

    /** Whether one of the addresses is in this text. */
    boolean isIn(@Nullable String text) {
        if (text == null || emails.isEmpty()) {
            return false;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        var unescaped = ESCAPED.matcher(lower).replaceAll(found -> {
            var hex =
                    found.group(1) != null ? found.group(1) : found.group(2) != null ? found.group(2) : found.group(3);
            int one = hex == null ? Integer.parseInt(found.group(4)) : Integer.parseInt(hex, 16);
            return Matcher.quoteReplacement(Character.toString(Character.toLowerCase(one)));
        });
        return emails.stream().anyMatch(email -> lower.contains(email) || unescaped.contains(email));
    }

    /** Whether one of the addresses is in these bytes, in any charset. */
    boolean isIn(byte @Nullable [] bytes) {
        return bytes != null
                && (isIn(new String(bytes, StandardCharsets.UTF_8))
                        || isIn(new String(bytes, StandardCharsets.ISO_8859_1).replace("\0", "")));
    }
}
