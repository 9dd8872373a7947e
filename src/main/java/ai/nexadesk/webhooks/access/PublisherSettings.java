package ai.nexadesk.webhooks.access;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;
import java.util.Set;

/** Who may publish events. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.publisher")
public interface PublisherSettings {

    /** Bearer tokens of NexaDesk's own services, accepted by the publishing endpoint. */
    Optional<Set<String>> tokens();
}
