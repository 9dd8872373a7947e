package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.IpNetwork;
import ai.nexadesk.webhooks.outbound.TrustedCertificates;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Refuses settings with which the application could not do its work, before anything starts: one line that names the setting and
 * the remedy. Everything that only a running application can find out is checked where it is used.
 */
final class SettingsCheck {

    private static final String PREFIX = "nexadesk.";
    private static final String ENVIRONMENT = "NEXADESK_";
    private static final Duration LEAST_RETENTION = Duration.ofDays(2);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern ADDRESS =
            Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s.]+|.*<[^@\\s]+@[^@\\s]+\\.[^@\\s.]+>");

    private final Config config;

    private SettingsCheck(Config config) {
        this.config = config;
    }

    /**
     * Checks the settings.
     *
     * @param environment the names of the environment's variables
     * @throws IOException with what is wrong and how to fix it
     */
    static void check(Config config, Collection<String> environment) throws IOException {
        var check = new SettingsCheck(config);
        check.names(environment);
        check.durations();
        check.numbers();
        check.networks();
        check.certificates();
        check.mail();
    }

    private void names(Collection<String> environment) throws IOException {
        var known = names(Settings.class, PREFIX);
        var variables = known.stream().map(SettingsCheck::variable).toList();
        for (var variable : environment) {
            if (variable.startsWith(ENVIRONMENT) && variables.stream().noneMatch(name -> isOf(name, variable))) {
                throw wrong(variable, "is not a setting. Correct its name, or remove it");
            }
        }
        for (var property : config.getPropertyNames()) {
            // A variable is listed as a property, too, but its name does not distinguish dots from hyphens.
            if (property.startsWith(PREFIX)
                    && !environment.contains(variable(property))
                    && known.stream().noneMatch(name -> isOf(name, property))) {
                throw wrong(property, "is not a setting. Correct its name, or remove it");
            }
        }
    }

    /** Lists may be given entry by entry, as {@code name[0]} or {@code NAME_0_}. */
    private static boolean isOf(String name, String given) {
        return given.equals(name)
                || given.startsWith(name) && given.substring(name.length()).matches("\\[\\d+]|_\\d+_");
    }

    private static Set<String> names(Class<?> settings, String prefix) {
        var names = new TreeSet<String>();
        for (var method : settings.getMethods()) {
            var name = prefix + hyphenated(method);
            if (method.getReturnType().getEnclosingClass() == Settings.class
                    && method.getReturnType().isInterface()) {
                names.addAll(names(method.getReturnType(), name + "."));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    private static String hyphenated(Method method) {
        return method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private void durations() throws IOException {
        for (var name : List.of(
                "delivery.timeout",
                "delivery.lease",
                "requests.head-timeout",
                "requests.body-timeout",
                "requests.answer-timeout",
                "sessions.idle")) {
            var time = duration(name);
            if (time != null && (time.isNegative() || time.isZero())) {
                throw wrong(PREFIX + name, "must be longer than zero, such as 5s");
            }
        }
        var timeout = duration("delivery.timeout");
        if (timeout != null && timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw wrong(PREFIX + "delivery.timeout", "must be at most 5m");
        }
        var retention = duration("retention");
        if (retention != null && retention.compareTo(LEAST_RETENTION) < 0) {
            throw wrong(PREFIX + "retention", "must be at least 2d: the last retry follows after more than a day");
        }
        var disableAfter = duration("webhooks.disable-after");
        if (disableAfter != null && disableAfter.isNegative()) {
            throw wrong(PREFIX + "webhooks.disable-after", "must not be negative. Use 0 to never disable webhooks");
        }
        for (var delay : values("delivery.retry-delays")) {
            if (!delay.matches("(?i)(\\d+(ms|[smhd])?|p.+)") || delay.matches("0+\\w*")) {
                throw wrong(PREFIX + "delivery.retry-delays", "must list delays such as 1m,5m,30m,2h,24h");
            }
        }
    }

    private @Nullable Duration duration(String name) throws IOException {
        return value(name, Duration.class, "must be a duration such as 5s, 30m, 24h or 30d");
    }

    private void numbers() throws IOException {
        atLeast("delivery.in-flight-per-webhook", 1);
        atLeast("delivery.in-flight", 1);
        atLeast("delivery.jobs-per-second", 1);
        atLeast("webhooks.max-per-workspace", 1);
        atLeast("publisher.max-body", 1024);
        atLeast("api.requests-per-minute", 0);
        atLeast("requests.connections-per-address", 0);
    }

    private void atLeast(String name, int least) throws IOException {
        var number = value(name, Integer.class, "must be a whole number");
        if (number != null && number < least) {
            throw wrong(PREFIX + name, "must be at least " + least);
        }
    }

    private <T> @Nullable T value(String name, Class<T> type, String rule) throws IOException {
        try {
            return config.getOptionalValue(PREFIX + name, type).orElse(null);
        } catch (RuntimeException unreadable) {
            throw wrong(PREFIX + name, rule);
        }
    }

    private List<String> values(String name) {
        return config.getOptionalValue(PREFIX + name, String[].class).map(Arrays::asList).orElse(List.of()).stream()
                .map(String::strip)
                .toList();
    }

    private void networks() throws IOException {
        for (var name : List.of("trusted-proxies", "outgoing.allowed-networks", "outgoing.public-addresses")) {
            for (var network : values(name)) {
                try {
                    IpNetwork.parse(network);
                } catch (IllegalArgumentException e) {
                    throw wrong(PREFIX + name, "must list addresses or networks: " + e.getMessage());
                }
            }
        }
        for (var port : values("outgoing.ports")) {
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
                throw wrong(PREFIX + "outgoing.ports", "must list ports from 1 to 65535");
            }
        }
    }

    private void certificates() throws IOException {
        for (var file : values("outgoing.trusted-certificates")) {
            try {
                TrustedCertificates.read(Path.of(file));
            } catch (IOException e) {
                throw wrong(PREFIX + "outgoing.trusted-certificates", e.getMessage());
            }
        }
    }

    private void mail() throws IOException {
        for (var from : values("mail.from")) {
            if (!ADDRESS.matcher(from).matches()) {
                throw wrong(
                        PREFIX + "mail.from", "must be an email address with a domain, such as nexadesk@example.com");
            }
        }
    }

    private static IOException wrong(String name, String remedy) {
        return new IOException(name + " " + remedy + (remedy.endsWith(".") ? "" : "."));
    }
}
