package ai.nexadesk.webhooks.alert;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kind of a channel. */
public enum ChannelKind {
    /** Mails to a list of addresses. */
    MAIL("Email"),
    /** An incoming webhook of Slack, or of a compatible service such as Mattermost or Discord's {@code /slack}. */
    SLACK("Slack"),
    /** An incoming webhook of Microsoft Teams. */
    TEAMS("Microsoft Teams"),
    /** A request signed like a delivery. */
    SIGNED("Signed webhook");

    private final String title;

    ChannelKind(String title) {
        this.title = title;
    }

    /** Its name on pages. */
    public String title() {
        return title;
    }

    /** Its name in the REST API. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it has a URL. */
    public boolean isUrl() {
        return this != MAIL;
    }

    static Optional<ChannelKind> of(String value) {
        return Arrays.stream(values())
                .filter(kind -> kind.value().equals(value))
                .findFirst();
    }
}
