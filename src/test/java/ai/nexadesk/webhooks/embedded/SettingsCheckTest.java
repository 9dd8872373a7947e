package ai.nexadesk.webhooks.embedded;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("A start is refused, in one line with the remedy,")
class SettingsCheckTest {

    @ParameterizedTest(name = "{0}={1}")
    @DisplayName("if a setting makes no sense")
    @CsvSource(
            delimiter = ';',
            value = {
                "delivery.in-flight; 0; at least 1",
                "delivery.in-flight; many; whole number",
                "delivery.in-flight-per-webhook; -3; at least 1",
                "delivery.jobs-per-second; 0; at least 1",
                "delivery.timeout; 0s; longer than zero",
                "delivery.timeout; -5s; longer than zero",
                "delivery.timeout; soon; duration",
                "delivery.timeout; 6m; at most 5m",
                "delivery.lease; 0s; longer than zero",
                "delivery.retry-delays; 1m,later; such as 1m,5m",
                "delivery.retry-delays; 0s; such as 1m,5m",
                "requests.head-timeout; 0s; longer than zero",
                "requests.body-timeout; 0s; longer than zero",
                "requests.answer-timeout; 0s; longer than zero",
                "sessions.idle; 0h; longer than zero",
                "trusted-proxies; nginx; not an IP address or network",
                "trusted-proxies; 10.0.0.0/33; not an IP address or network",
                "outgoing.allowed-networks; intranet; not an IP address or network",
                "outgoing.public-addresses; our gateway; not an IP address or network",
                "outgoing.ports; 0; from 1 to 65535",
                "outgoing.ports; https; from 1 to 65535",
                "outgoing.trusted-certificates; no/such/file.pem; cannot be read",
                "outgoing.trusted-certificates; pom.xml; a PEM file with certificates",
                "retention; 12h; at least 2d",
                "webhooks.max-per-workspace; -1; at least 1",
                "webhooks.disable-after; -1d; must not be negative",
                "publisher.max-body; 0; at least 1024",
                "mail.from; nexadesk; with a domain",
                "mail.from; nexadesk@localhost; with a domain",
                "api.requests-per-minute; -1; at least 0",
                "deliverys.timeout; 5s; is not a setting",
            })
    void senseless(String name, String value, String remedy) {
        assertThatThrownBy(() -> check(Map.of("nexadesk." + name, value)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("nexadesk." + name + " ")
                .hasMessageContaining(remedy)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @DisplayName("if a variable of the environment has a name that is no setting")
    @ValueSource(strings = {"NEXADESK_PUBLIC_ULR", "NEXADESK_DELIVERY", "NEXADESK_DELIVERY_TIMEOUTS"})
    void unknownVariable(String name) {
        assertThatThrownBy(() -> SettingsCheck.check(config(Map.of()), List.of("PATH", name)))
                .hasMessage(name + " is not a setting. Correct its name, or remove it.");
    }

    @Test
    @DisplayName("but not for settings that are fine, or of others")
    void fine() {
        assertThatCode(() -> check(Map.of(
                        "nexadesk.delivery.retry-delays", "1s,2m, PT5M",
                        "nexadesk.trusted-proxies", "10.0.0.0/8, ::1",
                        "nexadesk.mail.from", "NexaDesk <no-reply@example.com>",
                        "nexadesk.webhooks.disable-after", "0",
                        "nexadesk.retention", "30d",
                        "quarkus.http.port", "1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> SettingsCheck.check(
                        config(Map.of()),
                        List.of(
                                "NEXADESK_PUBLIC_URL",
                                "NEXADESK_PUBLISHER_TOKENS",
                                "NEXADESK_SECRETS_FORMER_ENCRYPTION_KEYS_0_",
                                "NEXADESK_DATA_DIR",
                                "HOME")))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("but not for a name with hyphens that the environment gives")
    void environment() {
        var environment = Map.of(
                "NEXADESK_DATA_DIR", "data",
                "NEXADESK_TRUSTED_PROXIES", "10.0.0.1",
                "NEXADESK_PUBLIC_URL", "https://webhooks.example.com",
                "NEXADESK_PUBLISHER_MAX_BODY", "1048576",
                "NEXADESK_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "8",
                "NEXADESK_SECRETS_FORMER_ENCRYPTION_KEYS_0_", "key");
        assertThatCode(() -> SettingsCheck.check(ofEnvironment(environment), environment.keySet()))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("and a value that the environment gives is checked")
    void environmentValue() {
        var environment = Map.of("NEXADESK_TRUSTED_PROXIES", "nginx");
        assertThatThrownBy(() -> SettingsCheck.check(ofEnvironment(environment), environment.keySet()))
                .hasMessageStartingWith("nexadesk.trusted-proxies must list addresses");
    }

    private static void check(Map<String, String> settings) throws IOException {
        SettingsCheck.check(config(settings), List.of());
    }

    private static Config ofEnvironment(Map<String, String> variables) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new EnvConfigSource(variables, EnvConfigSource.ORDINAL))
                .build();
    }

    private static Config config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValues(settings)
                .build();
    }
}
