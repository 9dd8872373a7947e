package ai.nexadesk.webhooks.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/**
 * Creates spans. While tracing is off, there are none, and the SDK is not loaded. Libraries are not instrumented, so
 * that requests to endpoints have no undocumented headers.
 *
 * <p>The SDK reads OpenTelemetry's own environment variables and properties, {@code otel.…}.
 */
@Singleton
@Startup
public class Tracing {

    private static final String SCOPE = "ai.nexadesk.webhooks";

    private final @Nullable OpenTelemetrySdk sdk;
    private final Tracer tracer;

    @Inject
    Tracing(TracingSettings settings, Config config) {
        sdk = settings.enabled() ? start(config) : null;
        tracer = (sdk == null ? OpenTelemetry.noop() : sdk).getTracer(SCOPE);
    }

    private static OpenTelemetrySdk start(Config config) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> properties(config))
                .setServiceClassLoader(Tracing.class.getClassLoader())
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    /** Defaults for settings missing from the environment and the system properties. */
    private static Map<String, String> properties(Config config) {
        var properties = new HashMap<>(Map.of(
                "otel.service.name", "nexadesk-webhooks",
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none"));
        for (var name : config.getPropertyNames()) {
            if (name.startsWith("otel.")) {
                config.getOptionalValue(name, String.class).ifPresent(value -> properties.put(name, value));
            }
        }
        return properties;
    }

    /** Runs after everything that creates spans, and sends the remaining ones. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent event) {
        if (sdk != null) {
            sdk.close();
        }
    }

    /** Whether spans are created. */
    public boolean isOn() {
        return sdk != null;
    }

    /** Creates spans; without effect while tracing is off. */
    public Tracer tracer() {
        return tracer;
    }
}
