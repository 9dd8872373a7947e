package ai.nexadesk.webhooks.tracing;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** OpenTelemetry traces. OpenTelemetry's own settings, {@code otel.…}, configure the rest. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.tracing")
public interface TracingSettings {

    /** Whether spans are created and exported. */
    @WithDefault("false")
    boolean enabled();
}
