package ai.nexadesk.webhooks.embedded;

import io.quarkus.runtime.configuration.DurationConverter;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads and checks settings. An error is one line that names the setting and the remedy. */
final class SettingReader {

    private static final Pattern TIME = Pattern.compile("0+|\\d+(ms|[smhd])|pt?\\d.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern TRUTH = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED = Pattern.compile("\\s*([\"']).*\\1\\s*", Pattern.DOTALL);

    private final Config config;

    SettingReader(Config config) {
        this.config = config;
    }

    /** An error message that begins with the name of the setting. */
    static IOException wrong(String name, String remedy) {
        return new IOException(name + " " + remedy + (remedy.endsWith(".") ? "" : "."));
    }

    Optional<String> text(String name) throws IOException {
        try {
            var value = config.getOptionalValue(name, String.class).map(String::strip);
            if (value.filter(text -> QUOTED.matcher(text).matches()).isPresent()) {
                throw wrong(name, "is in quotation marks. Write its value without them");
            }
            return value.filter(text -> !text.isEmpty()).or(() -> KnownSettings.defaultOf(name));
        } catch (NoSuchElementException unknownReference) {
            throw wrong(
                    name, "refers to another setting that is not there. Write \\${ for a ${ that is part of a value");
        }
    }

    /** Whether it is set to an empty value. */
    boolean isEmpty(String name) {
        var value = config.getConfigValue(name);
        return value.getSourceName() != null
                && (value.getValue() == null || value.getValue().isBlank());
    }

    List<String> list(String name) throws IOException {
        text(name);
        return config
                .getOptionalValue(name, String[].class)
                .map(Arrays::asList)
                .or(() -> KnownSettings.defaultOf(name).map(text -> Arrays.asList(text.split(","))))
                .orElse(List.of())
                .stream()
                .map(String::strip)
                .toList();
    }

    @Nullable
    Long number(String name, long least, long most) throws IOException {
        var text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        if (!text.get().matches("-?\\d{1,18}")
                || Long.parseLong(text.get()) < least
                || Long.parseLong(text.get()) > most) {
            throw wrong(name, "must be a whole number from " + least + " to " + most);
        }
        return Long.valueOf(text.get());
    }

    @Nullable
    Duration time(String name, Duration least, Duration most) throws IOException {
        var text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        var time = time(text.get());
        if (time.isEmpty()) {
            throw wrong(name, "must be a duration with a unit, such as 5s, 30m, 24h or 30d");
        }
        if (time.get().compareTo(least) < 0 || time.get().compareTo(most) > 0) {
            throw wrong(name, "must be from " + inWords(least) + " to " + inWords(most));
        }
        return time.get();
    }

    /** Parses a duration. It must have a unit: Quarkus would read a bare number as seconds. */
    static Optional<Duration> time(String text) {
        try {
            return TIME.matcher(text).matches() ? Optional.of(DurationConverter.parseDuration(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String inWords(Duration time) {
        if (time.isZero()) {
            return "0s";
        }
        return time.toMillis() % 1000 > 0
                ? time.toMillis() + "ms"
                : time.toSeconds() % 86_400 == 0
                        ? time.toDays() + "d"
                        : time.toSeconds() % 60 == 0 ? time.toMinutes() + "m" : time.toSeconds() + "s";
    }

    /** Requires true or false, because Quarkus reads any other value as false. */
    void truth(String name) throws IOException {
        var text = text(name);
        if (text.isPresent() && !TRUTH.matcher(text.get()).matches()) {
            throw wrong(name, "must be true or false");
        }
    }

    void choice(String name, List<String> choices) throws IOException {
        var text = text(name);
        if (text.isPresent() && !choices.contains(text.get().toUpperCase(Locale.ROOT))) {
            throw wrong(name, "must be one of " + String.join(", ", choices));
        }
    }
}
