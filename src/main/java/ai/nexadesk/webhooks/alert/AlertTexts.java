package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;

import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import jakarta.inject.Singleton;

/** The texts of alerts. They show only the host of a URL, because its path may be secret. */
@Singleton
class AlertTexts {

    private final PublicUrl publicUrl;

    AlertTexts(PublicUrl publicUrl) {
        this.publicUrl = publicUrl;
    }

    /** The message for this alert about this webhook. */
    AlertMessage of(Alert alert, Webhook webhook, Health health) {
        var host = URI.create(webhook.url).getAuthority();
        var name = webhook.description.isBlank() ? host : Formats.visible(webhook.description) + " (" + host + ")";
        var link = publicUrl.of(WebhookPages.path(webhook.id));
        var data = new LinkedHashMap<String, Object>();
        data.put("webhook_id", webhook.id);
        data.put("description", webhook.description);
        data.put("host", host);
        data.put("state", alert.state());
        data.put("since", alert.since().truncatedTo(ChronoUnit.MILLIS));
        data.put("cause", alert.cause());
        data.put("waiting", health.waiting());
        data.put("waiting_is_lower_bound", health.waitingIsLowerBound());
        data.put("link", link);
        var since = Formats.absolute(alert.since());
        return switch (alert.state()) {
            case "failing" ->
                new AlertMessage(
                        "webhook.failing",
                        "Webhook is failing: " + name,
                        "No attempt has succeeded since " + since + "."
                                + (alert.cause() == null
                                        ? ""
                                        : " Most frequent cause: " + Formats.cause(alert.cause()) + ".")
                                + waiting(health),
                        link,
                        data);
            case "disabled" ->
                new AlertMessage(
                        "webhook.disabled",
                        "Webhook was disabled: " + name,
                        "It has received no events since " + since + ". "
                                + (alert.cause() == null ? "" : alert.cause()),
                        link,
                        data);
            case "working" ->
                new AlertMessage(
                        "webhook.recovered",
                        "Webhook works again: " + name,
                        "It has been working since " + since + "." + waiting(health),
                        link,
                        data);
            default ->
                new AlertMessage(
                        "webhook.recovered",
                        "Webhook is no longer failing: " + name,
                        "Since " + since + ", there have been no attempts, and no retries are due.",
                        link,
                        data);
        };
    }

    private static String waiting(Health health) {
        return health.waiting() == 0
                ? ""
                : " "
                        + Formats.of(
                                health.waiting(),
                                health.waitingIsLowerBound(),
                                "delivery is waiting",
                                "deliveries are waiting")
                        + ".";
    }
}
