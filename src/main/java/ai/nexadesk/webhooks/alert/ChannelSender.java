package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.delivery.health.MailSender;
import ai.nexadesk.webhooks.delivery.health.MailSettings;
import ai.nexadesk.webhooks.outbound.HttpSender;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.OutgoingRequest;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import ai.nexadesk.webhooks.web.Formats;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.mailer.Mail;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jakarta.inject.Singleton;

/** Sends one message to a channel, with the same sender and rules as deliveries, and waits for the outcome. */
@Singleton
class ChannelSender {

    private final ChannelSecrets secrets;
    private final AlertBody bodies;
    private final HttpSender sender;
    private final UrlRules rules;
    private final MailSender mails;
    private final InstantSource clock;
    private final PublicUrl publicUrl;
    private final Optional<String> from;
    private final MeterRegistry registry;

    ChannelSender(
            ChannelSecrets secrets,
            AlertBody bodies,
            HttpSender sender,
            UrlRules rules,
            MailSender mails,
            InstantSource clock,
            PublicUrl publicUrl,
            MailSettings settings,
            MeterRegistry registry) {
        this.secrets = secrets;
        this.bodies = bodies;
        this.sender = sender;
        this.rules = rules;
        this.mails = mails;
        this.clock = clock;
        this.publicUrl = publicUrl;
        this.from = settings.from();
        this.registry = registry;
        List.of("sent", "failed").forEach(this::counter);
    }

    private Counter counter(String outcome) {
        return Counter.builder("nexadesk.alerts")
                .description("Attempts to send to an alert channel, including tests")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * The outcome.
     *
     * @param message the outcome as a sentence for people
     * @param pause the time that the channel asks to wait; null if it does not
     */
    record SendResult(boolean ok, String message, @Nullable Duration pause) {}

    /**
     * Sends a message. A failure is a result, not an exception.
     *
     * @param id the same for every attempt of the same alert
     */
    SendResult send(AlertChannel channel, AlertMessage message, String id, int attempt) {
        SendResult result;
        try {
            var target = secrets.target(channel);
            result = switch (channel.kind()) {
                case MAIL -> mail(target, message);
                case SLACK -> post(channel, target, bodies.slack(message));
                case TEAMS -> post(channel, target, bodies.teams(message));
                case SIGNED ->
                    post(channel, target, bodies.signed(message, channel, secrets.secret(channel), id, attempt));
            };
        } catch (IllegalStateException unreadable) {
            result = new SendResult(false, "The channel's target can't be decrypted. Save it again.", null);
        }
        counter(result.ok ? "sent" : "failed").increment();
        return result;
    }

    private SendResult mail(String addresses, AlertMessage message) {
        if (from.isEmpty()) {
            return new SendResult(false, "This server sends no email (nexadesk.mail.from is not set).", null);
        }
        try {
            mails.send(new Mail()
                    .setBcc(List.of(addresses.split(",")))
                    .setSubject(message.title())
                    .setText(message.text() + "\n\n" + message.link() + "\n")
                    .setFrom(from.get())
                    .addHeader("Message-ID", "<" + UUID.randomUUID() + "@" + publicUrl.host() + ">"));
            return new SendResult(true, "The mail server accepted the mail.", null);
        } catch (RuntimeException e) {
            return new SendResult(false, "The mail server did not accept the mail.", null);
        }
    }

    private SendResult post(AlertChannel channel, String url, AlertBody.Request request) {
        EndpointUrl target;
        try {
            target = EndpointUrl.parse(url, rules);
        } catch (InvalidUrlException ruledOutByNow) {
            return new SendResult(false, "This URL is no longer allowed. Enter another one.", null);
        }
        // Completes by the deadline of the attempt, and never exceptionally.
        var outcome = sender.send(new OutgoingRequest(channel.publicId(), target, request.headers(), request.body()))
                .toCompletableFuture()
                .join();
        return result(outcome);
    }

    private SendResult result(Outcome outcome) {
        var wait = outcome instanceof Outcome.Responded response
                ? response.retryAfter(clock.instant()).orElse(null)
                : null;
        var problem = outcome.message();
        if (problem != null) {
            return new SendResult(false, problem.replace("Your endpoint", "It"), wait);
        }
        return new SendResult(
                true, "It responded with " + Formats.withReason(((Outcome.Responded) outcome).status()) + ".", null);
    }
}
