package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Acting;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.workspace.Person;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import org.jboss.logging.Logger;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import jakarta.inject.Singleton;

/** Tells the admins of a workspace by mail that a webhook fails or was disabled, where mail is configured. Its pages tell it in any case. */
@Singleton
class FailureNotices {

    private static final Logger LOG = Logger.getLogger(FailureNotices.class);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final ReactiveMailer mailer;
    private final Optional<String> from;
    private final PublicUrl url;

    FailureNotices(ReactiveMailer mailer, PublicUrl url, Settings settings) {
        this.mailer = mailer;
        this.url = url;
        this.from = settings.mail().from();
    }

    /** That it will be disabled at this time unless it takes something before. */
    void warn(String webhookId, Instant until) {
        send(webhookId, "A webhook is failing", webhook ->
                """
                NexaDesk could not deliver anything to this webhook for some days:

                  %s

                Its log shows what went wrong:

                  %s/logs

                If that does not change, the webhook is disabled on %s.
                """.formatted(webhook.url, page(webhook), DAY.format(until)));
    }

    /** That it was disabled. */
    void disabled(String webhookId) {
        send(webhookId, "A webhook was disabled", webhook -> """
                NexaDesk has disabled this webhook, because nothing could be delivered to it for days:

                  %s

                Its log shows what went wrong. When its endpoint works again, choose "Enable" on its page, and then "Recover
                missed events":

                  %s
                """.formatted(webhook.url, page(webhook)));
    }

    /** That it was disabled, because its endpoint asked for that. */
    void gone(String webhookId) {
        send(webhookId, "A webhook was disabled", webhook -> """
                NexaDesk has disabled this webhook, because its endpoint answered "410 Gone", which asks us to stop:

                  %s

                Nothing more is sent to it. If that was not meant, see to it that the endpoint answers otherwise, choose "Enable" on
                the webhook's page, and then "Recover missed events":

                  %s
                """.formatted(webhook.url, page(webhook)));
    }

    private String page(Webhook webhook) {
        return url.of("/settings/webhooks/" + webhook.id);
    }

    private void send(String webhookId, String subject, Function<Webhook, String> text) {
        from.ifPresent(sender -> {
            Webhook webhook = Acting.ENGINE.call(() -> Webhook.findById(webhookId));
            var admins = Acting.in(webhook.workspaceId).call(() -> Person.adminsOf(webhook.workspaceId));
            for (var admin : admins) {
                var mail = Mail.withText(admin.email, subject + ": " + webhook.title(), text.apply(webhook));
                mailer.send(mail.setFrom(sender)).subscribe().with(sent -> {}, failure -> LogIds.of(
                                "webhookId", webhookId)
                        .around(() -> LOG.warnf("A notice could not be mailed: %s", failure.getMessage())));
            }
        });
    }
}
