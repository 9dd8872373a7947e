package ai.nexadesk.webhooks.access;

import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where to go after signing in: always a page of ours.
 *
 * @param path the path, and maybe the query, of that page
 */
public record ReturnPath(String path) {

    /** Browsers read {@code //host} and {@code /\host} as another host, and skip control characters while they do. */
    private static final Pattern OURS = Pattern.compile("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\#]]{0,2000}");

    private static final Pattern SIGN_IN = Pattern.compile("/(login|logout)([/?].*)?");

    /** The page that was asked for if it is one of ours, else the first one. */
    public static ReturnPath of(@Nullable String wanted) {
        return new ReturnPath(
                wanted != null
                                && OURS.matcher(wanted).matches()
                                && !SIGN_IN.matcher(wanted).matches()
                        ? wanted
                        : "/");
    }

    /** As a value in a query. */
    public String encoded() {
        return URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
}
