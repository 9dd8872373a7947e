package ai.nexadesk.webhooks.embedded;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("A start fails, with one line that names the remedy,")
class SettingsCheckTest {

    /** Setting; value; remedy; the setting that the message names, if it is another one. */
    private static final String WRONG = """
            nexadesk.evaluation; perhaps; true or false
            nexadesk.data-dir; "/var/data"; without them
            nexadesk.retention; 12h; from 2d to 3650d
            nexadesk.retention; 30; with a unit
            nexadesk.retention; -1d; with a unit
            nexadesk.retention; 99999999d; from 2d to 3650d
            nexadesk.public-url; app.example.com; scheme and host
            nexadesk.public-url; https://app.example.com/path; without a path
            nexadesk.public-url; https://app.example.com?x=1; without a path
            nexadesk.public-url; https://app.example.com:99999; scheme and host
            nexadesk.public-url; https://; scheme and host
            nexadesk.public-url; ftp://app.example.com; scheme and host
            nexadesk.public-url; https://me@app.example.com; scheme and host
            nexadesk.public-url; "https://app.example.com"; without them
            nexadesk.allow-unsafe-database; sure; true or false
            nexadesk.delivery.timeout; 0s; from 100ms to 5m
            nexadesk.delivery.timeout; -5s; with a unit
            nexadesk.delivery.timeout; soon; with a unit
            nexadesk.delivery.timeout; 5; with a unit
            nexadesk.delivery.timeout; 6m; from 100ms to 5m
            nexadesk.delivery.timeout; ; its default, which is 5s
            nexadesk.delivery.retry-delays; 1m,later; such as 1m,5m
            nexadesk.delivery.retry-delays; 0s; such as 1m,5m
            nexadesk.delivery.retry-delays; 1m,5; such as 1m,5m
            nexadesk.delivery.retry-delays; 10d,10d,10d; must add up to less than nexadesk.retention
            nexadesk.delivery.in-flight-per-webhook; -3; from 1 to 100000
            nexadesk.delivery.in-flight-per-webhook; 2000; at most nexadesk.delivery.in-flight, which is 1024
            nexadesk.delivery.in-flight; 0; from 1 to 100000
            nexadesk.delivery.in-flight; many; whole number
            nexadesk.delivery.in-flight; 1.5; whole number
            nexadesk.delivery.in-flight; 99999999999999999999; from 1 to 100000
            nexadesk.delivery.lease; 0s; from 1s to 60m
            nexadesk.delivery.lease; 7s; at least three seconds longer than nexadesk.delivery.timeout
            nexadesk.delivery.jobs-per-second; 0; from 1 to 100000
            nexadesk.publisher.tokens; short; openssl rand -hex 32
            nexadesk.publisher.tokens; a token of several words; letters, digits
            nexadesk.publisher.tokens; 0123456789abcdef,0123456789abcdef; an entry twice
            nexadesk.publisher.tokens; '0123456789abcdef'; without them
            nexadesk.publisher.max-body; 0; from 1024
            nexadesk.publisher.max-body; 16M; whole number
            nexadesk.publisher.schema-check; maybe; one of OFF, WARN, REJECT
            nexadesk.kafka.bootstrap-servers; no-port; host:port, unlike "no-port"
            nexadesk.kafka.bootstrap-servers; kafka://broker:9092; host:port
            nexadesk.kafka.bootstrap-servers; broker:99999; host:port
            nexadesk.kafka.bootstrap-servers; a:1,a:1; an entry twice
            nexadesk.kafka.topic; our events; the name of a topic
            nexadesk.kafka.topic; nexadesk-events-dead; must not be nexadesk.kafka.topic; nexadesk.kafka.dead-letter-topic
            nexadesk.kafka.dead-letter-topic; a/b; the name of a topic
            nexadesk.kafka.group; ; its default, which is nexadesk-webhooks
            nexadesk.kafka.properties-file; no/such/file; a file that cannot be read
            nexadesk.kafka.properties-file; src; a file that cannot be read
            nexadesk.api.requests-per-minute; -1; from 0 to 10000
            nexadesk.api.requests-per-minute; 10001; from 0 to 10000
            nexadesk.requests.head-timeout; 0s; from 1s to 60m
            nexadesk.requests.body-timeout; 2d; from 1s to 60m
            nexadesk.requests.connections-per-address; -1; from 0 to 1000000
            nexadesk.requests.answer-timeout; 0s; from 1s to 1d
            nexadesk.outgoing.allowed-networks; intranet; not an IP address or network
            nexadesk.outgoing.allowed-networks; 10.0.0.5/8; has bits after its prefix
            nexadesk.outgoing.allowed-networks; 10.0.0.0/8,10.0.0.0/8; an entry twice
            nexadesk.outgoing.allow-insecure; ture; true or false
            nexadesk.outgoing.ports; 0; from 1 to 65535
            nexadesk.outgoing.ports; https; from 1 to 65535
            nexadesk.outgoing.trusted-certificates; no/such/file.pem; cannot be read
            nexadesk.outgoing.trusted-certificates; pom.xml; a PEM file with certificates
            nexadesk.outgoing.public-addresses; our gateway; not an IP address or network
            nexadesk.outgoing.dns-servers; dns.example.com; not a DNS server
            nexadesk.outgoing.dns-servers; 10.0.0.1:99999; must list IP addresses
            nexadesk.webhooks.max-per-workspace; -1; from 1 to 100000
            nexadesk.webhooks.disable-after; -1d; with a unit
            nexadesk.webhooks.signature-test; 2; true or false
            nexadesk.secrets.encryption-key; short; openssl rand -base64 32
            nexadesk.secrets.encryption-key; not base64 !!; openssl rand -base64 32
            nexadesk.secrets.encryption-key; dGVzdHMgb25seSwgdGVzdHM=; 32 bytes in base64
            nexadesk.secrets.former-encryption-keys; short; openssl rand -base64 32
            nexadesk.sessions.idle; 0h; from 1m to 365d
            nexadesk.sessions.idle; 12; with a unit
            nexadesk.sessions.secure-cookies; ture; true or false
            nexadesk.setup-token; short; at least 32 characters
            nexadesk.trusted-proxies; nginx; not an IP address or network
            nexadesk.trusted-proxies; 10.0.0.0/33; not an IP address or network
            nexadesk.openid.issuer; http://id.example.com; https:// address
            nexadesk.openid.issuer; id.example.com; https:// address
            nexadesk.openid.issuer; https://id.example.com?a=b; without a query
            nexadesk.openid.issuer; https://id.example.com; is not set, but nexadesk.openid.issuer is; nexadesk.openid.client-id
            nexadesk.openid.client-id; us; is not set, but nexadesk.openid.client-id is; nexadesk.openid.issuer
            nexadesk.openid.client-secret; secret; is not set, but nexadesk.openid.client-secret is; nexadesk.openid.issuer
            nexadesk.openid.name; ; its default, which is OpenID Connect
            nexadesk.mail.from; nexadesk; with a domain
            nexadesk.mail.from; nexadesk@localhost; with a domain
            nexadesk.tracing.enabled; on; true or false
            nexadesk.deliverys.timeout; 5s; is not a setting
            quarkus.datasource.jdbc.max-size; 0; from 2 to 10000
            quarkus.datasource.jdbc.max-size; many; whole number
            quarkus.datasource.engine.jdbc.max-size; 1; from 4 to 10000
            quarkus.datasource.log.jdbc.max-size; 1; from 2 to 10000
            quarkus.http.host; ; is empty
            quarkus.http.port; 99999; from 0 to 65535
            quarkus.http.port; -1; from 0 to 65535
            quarkus.http.port; web; whole number
            quarkus.http.limits.max-body-size; big; such as 16M
            quarkus.http.limits.max-body-size; 1K; at least nexadesk.publisher.max-body, which is 16777216
            quarkus.http.limits.max-connections; 0; from 1
            quarkus.http.idle-timeout; soon; with a unit
            quarkus.http.idle-timeout; 0; from 1s to 1d
            quarkus.log.level; LOUD; one of
            quarkus.log.console.json.enabled; perhaps; true or false
            quarkus.mailer.host; ; is empty
            quarkus.mailer.port; mail; from 1 to 65535
            quarkus.mailer.start-tls; MAYBE; one of DISABLED, OPTIONAL, REQUIRED
            """;

    private static List<Arguments> wrong() {
        return WRONG.lines()
                .map(line -> line.split(";", -1))
                .map(row ->
                        Arguments.of(row[0], row[1].strip(), row[2].strip(), row.length > 3 ? row[3].strip() : row[0]))
                .toList();
    }

    @ParameterizedTest(name = "{0}={1}")
    @DisplayName("if a setting is invalid")
    @MethodSource("wrong")
    void senseless(String name, String value, String remedy, String named) {
        assertThatThrownBy(() -> check(Map.of(name, value)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(named + " ")
                .hasMessageContaining(remedy)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("\n");
    }

    @Test
    @DisplayName("for every setting")
    void every() {
        assertThat(wrong()).extracting(row -> (String) row.get()[0]).containsAll(KnownSettings.names());
    }

    @ParameterizedTest
    @DisplayName("if a setting is missing that is required with a database")
    @ValueSource(strings = {"nexadesk.public-url", "nexadesk.publisher.tokens", "nexadesk.secrets.encryption-key"})
    void missing(String name) {
        var settings = new HashMap<>(Map.of(
                "nexadesk.public-url", "https://app.example.com",
                "nexadesk.publisher.tokens", "0123456789abcdef",
                "nexadesk.secrets.encryption-key", "dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24="));
        assertThatCode(() -> SettingsCheck.checkRequired(config(settings))).doesNotThrowAnyException();
        settings.put(name, "");
        assertThatThrownBy(() -> SettingsCheck.checkRequired(config(settings)))
                .hasMessageStartingWith(name + " is not set. Set it to ");
        settings.remove(name);
        assertThatThrownBy(() -> SettingsCheck.checkRequired(config(settings)))
                .hasMessageStartingWith(name + " is not set. Set it to ");
    }

    @ParameterizedTest
    @DisplayName("if the data directory is unusable")
    @ValueSource(strings = {"/proc/none", "pom.xml", "pom.xml/below"})
    void dataDirectory(String directory) {
        assertThatThrownBy(() -> Launcher.startDatabase(Path.of(directory)))
                .hasMessage("nexadesk.data-dir names a directory that cannot be used: " + directory
                        + ". Name one that can be created and written to.");
    }

    @Test
    @DisplayName("if the server cannot listen on the port or host")
    void port() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Launcher.checkPort("localhost", taken.getLocalPort()))
                    .hasMessageStartingWith("quarkus.http.port is " + taken.getLocalPort() + ", which is in use.");
        }
        assertThatThrownBy(() -> Launcher.checkPort("no.such.host.invalid", 0))
                .hasMessageStartingWith("quarkus.http.host is \"no.such.host.invalid\", which is not an address.");
        assertThatThrownBy(() -> Launcher.checkPort("192.0.2.1", 0))
                .hasMessage("quarkus.http.host is 192.0.2.1, which is not an address of this machine.");
    }

    @ParameterizedTest
    @DisplayName("if an environment variable does not match a setting")
    @ValueSource(strings = {"NEXADESK_PUBLIC_ULR", "NEXADESK_DELIVERY", "NEXADESK_DELIVERY_TIMEOUTS"})
    void unknownVariable(String name) {
        assertThatThrownBy(() -> SettingsCheck.check(config(Map.of()), List.of("PATH", name)))
                .hasMessage(name + " is not a setting. Correct its name, or remove it.");
    }

    @Test
    @DisplayName("but not for valid settings, or those of others")
    void fine() {
        assertThatCode(() -> check(Map.of(
                        "nexadesk.delivery.retry-delays", "1s,2m, PT5M",
                        "nexadesk.trusted-proxies", "10.0.0.0/8, ::1",
                        "nexadesk.mail.from", "NexaDesk <no-reply@example.com>",
                        "nexadesk.webhooks.disable-after", "0",
                        "nexadesk.delivery.timeout", " 3s ",
                        "nexadesk.openid.issuer", "",
                        "nexadesk.public-url", "http://localhost:8080/",
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
    @DisplayName("but not for a hyphenated name from the environment")
    void environment() {
        var environment = Map.of(
                "NEXADESK_DATA_DIR", "data",
                "NEXADESK_TRUSTED_PROXIES", "10.0.0.1",
                "NEXADESK_PUBLIC_URL", "https://webhooks.example.com",
                "NEXADESK_PUBLISHER_MAX_BODY", "1048576",
                "NEXADESK_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "8",
                "NEXADESK_SECRETS_FORMER_ENCRYPTION_KEYS_0_", "dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=");
        assertThatCode(() -> SettingsCheck.check(ofEnvironment(environment), environment.keySet()))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("and a value from the environment is checked")
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
