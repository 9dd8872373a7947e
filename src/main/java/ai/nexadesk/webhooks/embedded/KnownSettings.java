package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.OutgoingSettings;
import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.ProxySettings;
import ai.nexadesk.webhooks.access.PublisherSettings;
import ai.nexadesk.webhooks.access.signin.OpenIdSettings;
import ai.nexadesk.webhooks.access.signin.SessionSettings;
import ai.nexadesk.webhooks.access.signin.SetupSettings;
import ai.nexadesk.webhooks.api.guard.BodySettings;
import ai.nexadesk.webhooks.api.guard.RequestSettings;
import ai.nexadesk.webhooks.api.limits.RateSettings;
import ai.nexadesk.webhooks.database.DurabilitySettings;
import ai.nexadesk.webhooks.database.LeaseSettings;
import ai.nexadesk.webhooks.delivery.DeliverySettings;
import ai.nexadesk.webhooks.delivery.health.MailSettings;
import ai.nexadesk.webhooks.event.SchemaSettings;
import ai.nexadesk.webhooks.event.kafka.KafkaSettings;
import ai.nexadesk.webhooks.tracing.TracingSettings;
import ai.nexadesk.webhooks.web.CookieSettings;
import ai.nexadesk.webhooks.webhook.WebhookSettings;
import ai.nexadesk.webhooks.webhook.encryption.SecretSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The existing settings and their defaults. */
final class KnownSettings {

    private static final String PREFIX = "nexadesk.";
    private static final String ENVIRONMENT = "NEXADESK_";

    /** Every interface with settings; each is in the package that uses it. */
    private static final List<Class<?>> MAPPINGS = List.of(
            Settings.class,
            BodySettings.class,
            CookieSettings.class,
            DeliverySettings.class,
            DurabilitySettings.class,
            EvaluationSettings.class,
            KafkaSettings.class,
            LeaseSettings.class,
            MailSettings.class,
            OpenIdSettings.class,
            OutgoingSettings.class,
            ProxySettings.class,
            PublisherSettings.class,
            RateSettings.class,
            RequestSettings.class,
            SchemaSettings.class,
            SecretSettings.class,
            SessionSettings.class,
            SetupSettings.class,
            TracingSettings.class,
            WebhookSettings.class);

    private static final Map<String, Method> ALL = new TreeMap<>(MAPPINGS.stream()
            .flatMap(mapping -> Arrays.stream(mapping.getDeclaredMethods()).filter(method -> !method.isSynthetic()))
            .collect(Collectors.toMap(KnownSettings::name, method -> method)));

    private KnownSettings() {}

    /**
     * Rejects names that are not those of a setting.
     *
     * @param environment the names of the environment variables
     */
    static void checkNames(Config config, Collection<String> environment) throws IOException {
        var variables = names().stream().map(KnownSettings::variable).toList();
        for (var variable : environment) {
            if (variable.startsWith(ENVIRONMENT) && variables.stream().noneMatch(name -> isOf(name, variable))) {
                throw unknown(variable);
            }
        }
        for (var property : config.getPropertyNames()) {
            // A variable is also listed as a property, but its name does not distinguish dots from hyphens.
            if (property.startsWith(PREFIX)
                    && !environment.contains(variable(property))
                    && names().stream().noneMatch(name -> isOf(name, property))) {
                throw unknown(property);
            }
        }
    }

    private static IOException unknown(String name) {
        return new IOException(name + " is not a setting. Correct its name, or remove it.");
    }

    /**
     * Whether a name belongs to a setting. Lists may be given entry by entry, as {@code name[0]} or {@code NAME_0_}.
     */
    private static boolean isOf(String name, String given) {
        return given.equals(name)
                || given.startsWith(name) && given.substring(name.length()).matches("\\[\\d+]|_\\d+_");
    }

    private static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    /** The type of its value, which may be a collection or an optional value. */
    static Class<?> type(String name) {
        return ALL.get(name).getReturnType();
    }

    static Optional<String> defaultOf(String name) {
        return Optional.ofNullable(ALL.get(name))
                .map(method -> method.getAnnotation(WithDefault.class))
                .map(WithDefault::value);
    }

    private static String name(Method method) {
        var prefix =
                method.getDeclaringClass().getAnnotation(ConfigMapping.class).prefix();
        return prefix + '.' + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
