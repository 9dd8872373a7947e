package ai.nexadesk.webhooks.delivery.health;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;

/** Notices to admins. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.mail")
public interface MailSettings {

    /** The sender's address; without one nothing is mailed. */
    Optional<String> from();
}
