package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;
import io.quarkus.test.junit.QuarkusTestProfile;

import java.util.Map;

/** With traces, for a collector that the test starts. */
public final class TracingProfile implements QuarkusTestProfile {

    /** The setting that says where the collector is expected. */
    public static final String ENDPOINT = "otel.exporter.otlp.endpoint";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "nexadesk.tracing.enabled",
                "true",
                ENDPOINT,
                "http://127.0.0.1:" + FreePort.choose(),
                "otel.bsp.schedule.delay",
                "100");
    }
}
