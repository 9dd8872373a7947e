package ai.nexadesk.webhooks.access;

import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The page to open after signing in, always on this host.
 *
 * @param path the path of that page, and its query if there is one
 */
public record ReturnPath(String path) {

    /** Browsers read {@code //host} and {@code /\host} as another host, and skip control characters while doing so. */
    private static final Pattern OURS = Pattern.compile("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\#]]{0,2000}");

    private static final Pattern SIGN_IN = Pattern.compile("/(login|logout)([/?].*)?");

    /** The requested page if it is on this host; otherwise the start page. */
    public static ReturnPath of(@Nullable String wanted) {
        return new ReturnPath(
                wanted != null
                                && OURS.matcher(wanted).matches()
                                && !SIGN_IN.matcher(wanted).matches()
                        ? wanted
                        : "/");
    }

    /** The path, encoded as a query value. */
    public String encoded() {
        return URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
}
