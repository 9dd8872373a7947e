package ai.nexadesk.webhooks.access;

import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The page to open after signing in, always on this host.
 *
 * @param path the path, and maybe the query, of that page
 */
public record ReturnPath(String path) {

    /** Browsers read {@code //host} and {@code /\host} as another host, and skip control characters while they do. */
    private static final Pattern OURS = Pattern.compile("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\#]]{0,2000}");

    private static final Pattern SIGN_IN = Pattern.compile("/(login|logout)([/?].*)?");

    /** The requested page if it is on this host, else the first page. */
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
