package ai.nexadesk.webhooks.delivery.health;

import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

import java.time.Duration;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Sends mails by SMTP, all on one event loop. Begun on any other thread while the connection of the mail before is being closed,
 * a connection would be opened on that one's event loop but listened to on another, and the server's greeting could be missed.
 */
@ApplicationScoped
public class MailSender {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ReactiveMailer mailer;
    private final Context context;

    MailSender(ReactiveMailer mailer, Vertx vertx) {
        this.mailer = mailer;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    /**
     * Sends one mail, and waits until the server has it.
     *
     * @throws RuntimeException if the server does not take it, or not within 30 seconds
     */
    public void send(Mail mail) {
        mailer.send(mail)
                .runSubscriptionOn(subscribing -> context.runOnContext(there -> subscribing.run()))
                .await()
                .atMost(TIMEOUT);
    }
}
