package ai.nexadesk.webhooks.testing.server;

import ai.nexadesk.webhooks.embedded.FreePort;
import io.quarkus.test.junit.QuarkusTestProfile;

import java.util.Map;

/** Enables tracing, with a collector that the test starts. */
public final class TracingProfile implements QuarkusTestProfile {

    /** The setting for the collector's address. */
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
