package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.Settings;
import io.smallrye.config.WithDefault;
import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which settings there are, and what they are by default. */
final class KnownSettings {

    private static final String PREFIX = "nexadesk.";
    private static final String ENVIRONMENT = "NEXADESK_";
    private static final Map<String, Method> ALL = below(Settings.class, PREFIX);

    private KnownSettings() {}

    /**
     * Refuses names that are none of a setting.
     *
     * @param environment the names of the environment's variables
     */
    static void checkNames(Config config, Collection<String> environment) throws IOException {
        var variables = names().stream().map(KnownSettings::variable).toList();
        for (var variable : environment) {
            if (variable.startsWith(ENVIRONMENT) && variables.stream().noneMatch(name -> isOf(name, variable))) {
                throw unknown(variable);
            }
        }
        for (var property : config.getPropertyNames()) {
            // A variable is listed as a property too, but its name does not tell dots from hyphens.
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

    /** Lists may be given entry by entry, as {@code name[0]} or {@code NAME_0_}. */
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

    /** The type of its value, which may be a collection of values or one that may be missing. */
    static Class<?> type(String name) {
        return ALL.get(name).getReturnType();
    }

    static Optional<String> defaultOf(String name) {
        return Optional.ofNullable(ALL.get(name))
                .map(method -> method.getAnnotation(WithDefault.class))
                .map(WithDefault::value);
    }

    private static Map<String, Method> below(Class<?> settings, String prefix) {
        var found = new TreeMap<String, Method>();
        for (var method : settings.getMethods()) {
            var name = prefix + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            var type = method.getReturnType();
            if (type.getEnclosingClass() == Settings.class && type.isInterface()) {
                found.putAll(below(type, name + "."));
            } else {
                found.put(name, method);
            }
        }
        return found;
    }
}
