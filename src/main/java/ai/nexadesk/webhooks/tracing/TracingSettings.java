package ai.nexadesk.webhooks.tracing;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Traces of OpenTelemetry, which has its own settings, {@code otel.…}, for the rest. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.tracing")
public interface TracingSettings {

    /** Whether spans are made and exported. */
    @WithDefault("false")
    boolean enabled();
}
