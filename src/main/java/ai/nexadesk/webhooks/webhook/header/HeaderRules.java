package ai.nexadesk.webhooks.webhook.header;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers customers may add: none that NexaDesk sets, and none that affects how the request is transported. */
final class HeaderRules {

    static final int MAX_HEADERS = 10;
    static final int MAX_VALUE = 2_048;

    /** A token of RFC 9110, section 5.6.2, of at most 64 characters. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

    /** Visible ASCII characters, and spaces and tabs except at the ends. */
    private static final Pattern VALUE = Pattern.compile("[!-~]([!-~ \\t]*[!-~])?");

    private static final List<String> OURS = List.of("x-nexadesk-", "webhook-", "content-", "proxy-");

    private static final Set<String> RESERVED = Set.of(
            "connection",
            "cookie",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    private HeaderRules() {}

    /** The problem with a name; null if it is valid. */
    static @Nullable String problemWithName(String name) {
        if (!NAME.matcher(name).matches()) {
            return "\"" + shortened(name) + "\" is not a header name. Use up to 64 letters, digits and hyphens.";
        }
        var plain = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(plain) || OURS.stream().anyMatch(plain::startsWith)
                ? name + " is reserved. Use another name, such as X-Api-Key or Authorization."
                : null;
    }

    /** The problem with a value, without repeating the value; null if it is valid. */
    static @Nullable String problemWithValue(String name, String value) {
        if (value.isEmpty()) {
            return "Enter the value of " + name + ".";
        }
        return value.length() > MAX_VALUE || !VALUE.matcher(value).matches()
                ? "The value of " + name + " must be at most 2,048 ASCII characters on one line."
                : null;
    }

    private static String shortened(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "…" : text;
    }
}
