package ai.nexadesk.webhooks;

import java.net.URI;
import jakarta.inject.Singleton;

/** The public URL of the pages, for links in mails and the redirect URI of OpenID Connect. */
@Singleton
public class PublicUrl {

    private final String base;

    PublicUrl(Settings settings) {
        base = settings.publicUrl().orElseThrow().strip().replaceFirst("/+$", "");
    }

    /** Whether this is a valid public URL: a scheme and a host, optionally with a port. */
    public static boolean isOne(String text) {
        try {
            var url = URI.create(text);
            return ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getPort() <= 65_535
                    && url.getRawPath().matches("/*")
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null;
        } catch (IllegalArgumentException notAUrl) {
            return false;
        }
    }

    /** Its host, without a port. */
    public String host() {
        return URI.create(base).getHost();
    }

    /** The address of the page at this path, which begins with a slash. */
    public String of(String path) {
        return base + path;
    }
}
