package ai.nexadesk.webhooks.delivery.health;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;

/** Mails to admins. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.mail")
public interface MailSettings {

    /** The sender's address; if it is not set, no mail is sent. */
    Optional<String> from();
}
