package ai.nexadesk.webhooks;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

import java.net.URI;
import java.util.Optional;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Where people open the pages, as they know it: what links in mails and OpenID Connect's way back begin with. */
@Singleton
public class PublicUrl {

    private final String base;

    PublicUrl(Settings settings) {
        base = read(settings.publicUrl()
                .orElseThrow(() -> new ConfigurationException(
                        "nexadesk.public-url is not set, so mails cannot contain links. Set it to the URL "
                                + "where people open NexaDesk, such as https://app.example.com.")));
    }

    /** A missing one is told at the start, not at the first mail. */
    void start(@Observes StartupEvent event) {}

    private static String read(String text) {
        return Optional.of(text.strip())
                .filter(PublicUrl::isPlain)
                .orElseThrow(() -> new ConfigurationException("nexadesk.public-url is \"" + text
                        + "\", but must be a scheme and host without a path, such as https://app.example.com."))
                .replaceFirst("/+$", "");
    }

    private static boolean isPlain(String text) {
        try {
            var url = URI.create(text);
            return ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
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
