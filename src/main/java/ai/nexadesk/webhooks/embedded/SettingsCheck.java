package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.PublicUrl;
import ai.nexadesk.webhooks.outbound.TrustedCertificates;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.Network;
import ai.nexadesk.webhooks.webhook.encryption.Encryption;
import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Rejects settings with which the application could not work, before anything starts, with one line that names the
 * setting and the remedy. Anything that only a running application can find out is checked where it is used.
 */
final class SettingsCheck {

    /**
     * An attempt needs its timeout plus one second of the lease, which is renewed every second, but not always on time.
     */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final int LEAST_TOKEN = 16;
    private static final int LEAST_SETUP_TOKEN = 32;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
    private static final Pattern BROKER = Pattern.compile("[A-Za-z0-9._-]+:\\d{1,5}|\\[[0-9A-Fa-f:.]+]:\\d{1,5}");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Pattern ISSUER = Pattern.compile("https?://[^\\s/?#]+[^\\s?#]*");
    private static final Pattern ADDRESS =
            Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s.]+|.*<[^@\\s]+@[^@\\s]+\\.[^@\\s.]+>");

    private static final List<String> LEVELS = List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

    private final SettingReader settings;

    private SettingsCheck(SettingReader settings) {
        this.settings = settings;
    }

    /**
     * Checks the settings.
     *
     * @param environment the names of the environment variables
     * @throws IOException with the problem and how to fix it
     */
    static void check(Config config, Collection<String> environment) throws IOException {
        KnownSettings.checkNames(config, environment);
        var check = new SettingsCheck(new SettingReader(config));
        check.types();
        check.times();
        check.numbers();
        check.networks();
        check.files();
        check.secrets();
        check.addresses();
        check.kafka();
        check.quarkus();
    }

    /** Checks the settings that are required and have a default only in the evaluation mode. */
    static void checkRequired(Config config) throws IOException {
        var settings = new SettingReader(config);
        require(
                settings,
                "nexadesk.public-url",
                "Set it to where people open NexaDesk, such as https://app.example.com");
        require(
                settings,
                "nexadesk.publisher.tokens",
                "Set it to a long random token (for example from: openssl rand -hex 32) that NexaDesk's services send as"
                        + " \"Authorization: Bearer …\". Separate several tokens with commas");
        require(
                settings,
                "nexadesk.secrets.encryption-key",
                "Set it to 32 random bytes in base64 (for example from: openssl rand -base64 32) and keep it safe");
    }

    private static void require(SettingReader settings, String name, String remedy) throws IOException {
        if (settings.list(name).isEmpty()) {
            throw SettingReader.wrong(name, "is not set. " + remedy);
        }
    }

    private void types() throws IOException {
        for (var name : KnownSettings.names()) {
            settings.text(name);
            var type = KnownSettings.type(name);
            var standard = KnownSettings.defaultOf(name);
            if (standard.isPresent() && settings.isEmpty(name)) {
                throw SettingReader.wrong(name, "is empty. Remove it for its default, which is " + standard.get());
            }
            if (type == boolean.class) {
                settings.truth(name);
            } else if (type.isEnum()) {
                settings.choice(
                        name,
                        Arrays.stream(type.getEnumConstants())
                                .map(Object::toString)
                                .toList());
            }
        }
        for (var name : List.of(
                "nexadesk.publisher.tokens",
                "nexadesk.trusted-proxies",
                "nexadesk.outgoing.allowed-networks",
                "nexadesk.outgoing.ports",
                "nexadesk.outgoing.public-addresses",
                "nexadesk.outgoing.dns-servers",
                "nexadesk.secrets.former-encryption-keys",
                "nexadesk.kafka.bootstrap-servers")) {
            var entries = settings.list(name);
            if (new HashSet<>(entries).size() < entries.size()) {
                throw SettingReader.wrong(name, "has an entry twice. Remove one of them");
            }
        }
    }

    private void times() throws IOException {
        var second = Duration.ofSeconds(1);
        var hour = Duration.ofHours(1);
        var year = Duration.ofDays(365);
        var timeout = settings.time("nexadesk.delivery.timeout", Duration.ofMillis(100), Duration.ofMinutes(5));
        var lease = settings.time("nexadesk.delivery.lease", second, hour);
        if (timeout != null && lease != null && lease.compareTo(timeout.plus(MARGIN)) < 0) {
            throw SettingReader.wrong(
                    "nexadesk.delivery.lease",
                    "must be at least three seconds longer than nexadesk.delivery.timeout,"
                            + " preferably three times the timeout. Raise it, or lower the timeout");
        }
        settings.time("nexadesk.requests.head-timeout", second, hour);
        settings.time("nexadesk.requests.body-timeout", second, hour);
        settings.time("nexadesk.requests.answer-timeout", second, Duration.ofDays(1));
        settings.time("nexadesk.sessions.idle", Duration.ofMinutes(1), year);
        settings.time("nexadesk.webhooks.disable-after", Duration.ZERO, year);
        var retention = settings.time("nexadesk.retention", Duration.ofDays(2), Duration.ofDays(3650));
        var total = Duration.ZERO;
        for (var delay : settings.list("nexadesk.delivery.retry-delays")) {
            var time = SettingReader.time(delay).filter(found -> !found.isZero());
            if (time.isEmpty()) {
                throw SettingReader.wrong(
                        "nexadesk.delivery.retry-delays", "must list delays such as 1m,5m,30m,2h,24h");
            }
            total = total.plus(time.get());
        }
        if (retention != null && retention.compareTo(total) <= 0) {
            throw SettingReader.wrong(
                    "nexadesk.delivery.retry-delays",
                    "must add up to less than nexadesk.retention. Shorten them, or lengthen the retention");
        }
    }

    private void numbers() throws IOException {
        var all = settings.number("nexadesk.delivery.in-flight", 1, 100_000);
        var ofOne = settings.number("nexadesk.delivery.in-flight-per-webhook", 1, 100_000);
        if (all != null && ofOne != null && ofOne > all) {
            throw SettingReader.wrong(
                    "nexadesk.delivery.in-flight-per-webhook",
                    "must be at most nexadesk.delivery.in-flight, which is " + all + ". Lower it, or raise the other");
        }
        settings.number("nexadesk.delivery.jobs-per-second", 1, 100_000);
        settings.number("nexadesk.webhooks.max-per-workspace", 1, 100_000);
        settings.number("nexadesk.publisher.max-body", 1024, Integer.MAX_VALUE);
        settings.number("nexadesk.api.requests-per-minute", 0, 10_000);
        settings.number("nexadesk.requests.connections-per-address", 0, 1_000_000);
    }

    private void networks(String name, Function<String, Network> parser) throws IOException {
        for (var network : settings.list(name)) {
            try {
                parser.apply(network);
            } catch (IllegalArgumentException e) {
                throw SettingReader.wrong(name, "must list addresses or networks: " + e.getMessage());
            }
        }
    }

    private void networks() throws IOException {
        networks("nexadesk.trusted-proxies", Network::parse);
        networks("nexadesk.outgoing.public-addresses", Network::parse);
        networks("nexadesk.outgoing.allowed-networks", Network::parseExact);
        for (var port : settings.list("nexadesk.outgoing.ports")) {
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
                throw SettingReader.wrong("nexadesk.outgoing.ports", "must list ports from 1 to 65535");
            }
        }
        for (var server : settings.list("nexadesk.outgoing.dns-servers")) {
            try {
                DnsResolver.server(server);
            } catch (IllegalArgumentException e) {
                throw SettingReader.wrong("nexadesk.outgoing.dns-servers", "must list IP addresses: " + e.getMessage());
            }
        }
    }

    private void files() throws IOException {
        for (var file : settings.list("nexadesk.outgoing.trusted-certificates")) {
            try {
                TrustedCertificates.read(Path.of(file));
            } catch (IOException e) {
                throw SettingReader.wrong("nexadesk.outgoing.trusted-certificates", String.valueOf(e.getMessage()));
            }
        }
        var file = settings.text("nexadesk.kafka.properties-file");
        if (file.isPresent() && (!Files.isRegularFile(Path.of(file.get())) || !Files.isReadable(Path.of(file.get())))) {
            throw SettingReader.wrong(
                    "nexadesk.kafka.properties-file", "names a file that cannot be read: " + file.get());
        }
    }

    /** Checks the secrets. No message may contain a secret. */
    private void secrets() throws IOException {
        for (var token : settings.list("nexadesk.publisher.tokens")) {
            if (token.length() < LEAST_TOKEN) {
                throw SettingReader.wrong(
                        "nexadesk.publisher.tokens",
                        "has a token of less than " + LEAST_TOKEN + " characters. Take one from: openssl rand -hex 32");
            }
            if (!TOKEN.matcher(token).matches()) {
                throw SettingReader.wrong(
                        "nexadesk.publisher.tokens",
                        "has a token that no request can carry: only letters, digits and ._~+/- are possible."
                                + " Take one from: openssl rand -hex 32");
            }
        }
        for (var name : List.of("nexadesk.secrets.encryption-key", "nexadesk.secrets.former-encryption-keys")) {
            for (var key : settings.list(name)) {
                if (Encryption.read(key).isEmpty()) {
                    throw SettingReader.wrong(name, "must be 32 bytes in base64, as from: openssl rand -base64 32");
                }
            }
        }
        var setup = settings.text("nexadesk.setup-token");
        if (setup.isPresent() && setup.get().length() < LEAST_SETUP_TOKEN) {
            throw SettingReader.wrong(
                    "nexadesk.setup-token",
                    "must have at least " + LEAST_SETUP_TOKEN + " characters. Take it from: openssl rand -hex 32");
        }
    }

    private void addresses() throws IOException {
        var url = settings.text("nexadesk.public-url");
        if (url.isPresent() && !PublicUrl.isOne(url.get())) {
            throw SettingReader.wrong(
                    "nexadesk.public-url",
                    "is \"" + url.get()
                            + "\", but must be a scheme and host without a path, such as https://app.example.com");
        }
        var from = settings.text("nexadesk.mail.from");
        if (from.isPresent() && !ADDRESS.matcher(from.get()).matches()) {
            throw SettingReader.wrong(
                    "nexadesk.mail.from", "must be an email address with a domain, such as nexadesk@example.com");
        }
        openId();
    }

    private void openId() throws IOException {
        var issuer = settings.text("nexadesk.openid.issuer");
        var client = settings.text("nexadesk.openid.client-id");
        var secret = settings.text("nexadesk.openid.client-secret");
        if (issuer.isEmpty() && (client.isPresent() || secret.isPresent())) {
            throw SettingReader.wrong(
                    "nexadesk.openid.issuer",
                    "is not set, but nexadesk.openid.client-" + (client.isPresent() ? "id" : "secret")
                            + " is. Set it to the provider's issuer, or remove the other");
        }
        if (issuer.isEmpty()) {
            return;
        }
        boolean insecure = settings.text("nexadesk.outgoing.allow-insecure")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        if (!ISSUER.matcher(issuer.get()).matches()
                || !insecure && !issuer.get().startsWith("https://")) {
            throw SettingReader.wrong(
                    "nexadesk.openid.issuer",
                    "must be an https:// address without a query, as the provider writes it in its discovery document");
        }
        if (client.isEmpty()) {
            throw SettingReader.wrong(
                    "nexadesk.openid.client-id",
                    "is not set, but nexadesk.openid.issuer is. Set it to the client ID registered with the provider");
        }
    }

    private void kafka() throws IOException {
        for (var broker : settings.list("nexadesk.kafka.bootstrap-servers")) {
            int port = BROKER.matcher(broker).matches()
                    ? Integer.parseInt(broker.substring(broker.lastIndexOf(':') + 1))
                    : 0;
            if (port < 1 || port > 65_535) {
                throw SettingReader.wrong(
                        "nexadesk.kafka.bootstrap-servers", "must list brokers as host:port, unlike \"" + broker + '"');
            }
        }
        var topic = topic("nexadesk.kafka.topic");
        if (topic.equals(topic("nexadesk.kafka.dead-letter-topic"))) {
            throw SettingReader.wrong(
                    "nexadesk.kafka.dead-letter-topic",
                    "must not be nexadesk.kafka.topic: invalid records would be consumed again and again. Name another topic");
        }
    }

    private String topic(String name) throws IOException {
        var topic = settings.text(name).orElseThrow();
        if (!TOPIC.matcher(topic).matches() || topic.matches("\\.{1,2}")) {
            throw SettingReader.wrong(
                    name, "must be the name of a topic: letters, digits, dots, hyphens and underscores");
        }
        return topic;
    }

    /** Checks the Quarkus settings that are documented. */
    private void quarkus() throws IOException {
        settings.number("quarkus.datasource.jdbc.max-size", 2, 10_000);
        settings.number("quarkus.datasource.engine.jdbc.max-size", 4, 10_000);
        settings.number("quarkus.datasource.log.jdbc.max-size", 2, 10_000);
        settings.number("quarkus.http.port", 0, 65_535);
        settings.number("quarkus.http.limits.max-connections", 1, 10_000_000);
        settings.time("quarkus.http.idle-timeout", Duration.ofSeconds(1), Duration.ofDays(1));
        settings.truth("quarkus.log.console.json.enabled");
        settings.truth("quarkus.log.file.enabled");
        settings.choice("quarkus.log.level", LEVELS);
        settings.number("quarkus.mailer.port", 1, 65_535);
        settings.choice("quarkus.mailer.start-tls", List.of("DISABLED", "OPTIONAL", "REQUIRED"));
        for (var name : List.of("quarkus.http.host", "quarkus.http.port", "quarkus.mailer.host")) {
            settings.text(name);
            if (settings.isEmpty(name)) {
                throw SettingReader.wrong(name, "is empty. Remove it for its default");
            }
        }
        maxBodySize();
    }

    private void maxBodySize() throws IOException {
        var name = "quarkus.http.limits.max-body-size";
        var size = settings.text(name);
        if (size.isEmpty()) {
            return;
        }
        if (!size.get().matches("\\d{1,9}[BKMGbkmg]?")) {
            throw SettingReader.wrong(name, "must be a size such as 16M");
        }
        var unit = size.get().replaceAll("\\d", "").toUpperCase(Locale.ROOT);
        long bytes = Long.parseLong(size.get().replaceAll("\\D", "")) << 10 * Math.max(0, "BKMG".indexOf(unit));
        var events = settings.number("nexadesk.publisher.max-body", 1024, Integer.MAX_VALUE);
        if (events != null && events > bytes) {
            throw SettingReader.wrong(
                    name,
                    "must be at least nexadesk.publisher.max-body, which is " + events
                            + ". Raise it, or lower the other");
        }
    }
}
