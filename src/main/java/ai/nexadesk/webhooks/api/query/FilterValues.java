package ai.nexadesk.webhooks.api.query;

import ai.nexadesk.webhooks.api.ApiException;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The values of a filter, separated by commas. An item matches if it has any of them. */
public final class FilterValues {

    private static final int MAX_VALUES = 50;

    private FilterValues() {}

    /** Joins a repeated parameter with commas; null if it was not given. */
    public static @Nullable String joined(List<String> given) {
        return given.isEmpty() ? null : String.join(",", given);
    }

    /**
     * Reads the values; none if there is no filter.
     *
     * @param name the filter's name
     * @param parser parses a single value
     * @throws ApiException 400 if a value is empty or there are too many
     */
    public static <T> List<T> of(String name, @Nullable String text, Function<String, T> parser) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        var words = Stream.of(text.split(",", -1)).map(String::strip).toList();
        if (words.contains("") || words.size() > MAX_VALUES) {
            throw ApiException.invalid(
                    name, name + " must be one value, or up to " + MAX_VALUES + " values separated by commas.");
        }
        return words.stream().map(parser).distinct().toList();
    }
}
