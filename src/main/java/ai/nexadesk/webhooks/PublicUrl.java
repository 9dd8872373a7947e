package ai.nexadesk.webhooks;

import java.net.URI;
import jakarta.inject.Singleton;

/** Where people open the pages, as they know it: what links in mails and OpenID Connect's way back begin with. */
@Singleton
public class PublicUrl {

    private final String base;

    PublicUrl(Settings settings) {
        base = settings.publicUrl().orElseThrow().strip().replaceFirst("/+$", "");
    }

    /** Whether this can be one: a scheme and a host, perhaps with a port. */
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
