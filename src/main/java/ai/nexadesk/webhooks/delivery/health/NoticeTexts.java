package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.webhook.DisableWarnings;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import jakarta.inject.Singleton;

/** The texts of notices. */
@Singleton
class NoticeTexts {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final DisableWarnings warnings;
    private final PublicUrl url;

    NoticeTexts(DisableWarnings warnings, PublicUrl url) {
        this.warnings = warnings;
        this.url = url;
    }

    /** A mail without its addresses. */
    record Text(String subject, String body) {}

    /** The mail for this notice; null if it is outdated. */
    @Nullable
    Text of(Notice notice, Webhook webhook) {
        if (notice.kind() == Notice.Kind.WARNING) {
            var warning =
                    DatabaseRole.ENGINE.<DisableWarnings.@Nullable Warning>call(() -> warnings.warning(webhook.id));
            return warning == null ? null : warning(webhook, warning.until());
        }
        return webhook.isDisabled() ? disabled(webhook) : null;
    }

    private Text warning(Webhook webhook, Instant until) {
        return new Text("A webhook is failing: " + webhook.title(), """
                No delivery to this webhook has succeeded for some time:

                  %s

                See the log for the errors:

                  %s/logs

                If nothing changes, the webhook will be disabled on %s.
                """.formatted(
                        webhook.url, page(webhook), DAY.format(until)));
    }

    private Text disabled(Webhook webhook) {
        return new Text("A webhook was disabled: " + webhook.title(), """
                NexaDesk has disabled this webhook because no delivery has succeeded for some time:

                  %s

                The log shows the errors. Once the endpoint works again, click "Enable" on the webhook's page, then "Recover…":

                  %s
                """.formatted(webhook.url, page(webhook)));
    }

    private String page(Webhook webhook) {
        return url.of("/settings/webhooks/" + webhook.id);
    }
}
