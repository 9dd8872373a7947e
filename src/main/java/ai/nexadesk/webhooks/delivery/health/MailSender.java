package ai.nexadesk.webhooks.delivery.health;

import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

import java.time.Duration;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Sends mails by SMTP, all on one event loop. Otherwise, a connection opened while the previous one closes would use
 * that one's event loop but be read on another, and could miss the server's greeting.
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
     * Sends one mail and waits until the server accepts it.
     *
     * @throws RuntimeException if the server does not accept it within 30 seconds
     */
    public void send(Mail mail) {
        mailer.send(mail)
                .runSubscriptionOn(subscribing -> context.runOnContext(there -> subscribing.run()))
                .await()
                .atMost(TIMEOUT);
    }
}
