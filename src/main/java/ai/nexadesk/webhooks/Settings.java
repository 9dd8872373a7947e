package ai.nexadesk.webhooks;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings that several packages need. Each package has further settings of its own, beside the classes that use them.
 *
 * <p>Durations are written as {@code 5s}, {@code 30m}, {@code 24h} or in ISO 8601 ({@code PT5S}).
 */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface Settings {

    /**
     * Whether this is the evaluation mode: embedded database, demo workspace, built-in inbox. The launcher sets it if
     * no database is configured; it is never true with one.
     */
    @WithDefault("false")
    boolean evaluation();

    /** How long events, deliveries and attempts are kept. */
    @WithDefault("30d")
    Duration retention();

    /** The public URL of the pages, for links in mails. The evaluation mode sets its own. */
    Optional<String> publicUrl();
}
