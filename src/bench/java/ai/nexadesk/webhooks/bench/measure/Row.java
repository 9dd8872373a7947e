package ai.nexadesk.webhooks.bench.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One result of the report.
 *
 * @param words results in words, by name
 */
public record Row(String name, Map<String, Double> figures, Map<String, List<String>> words) {

    public static Row named(String name) {
        return new Row(name, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    public Row put(String figure, double value) {
        figures.put(figure, value);
        return this;
    }

    public Row say(String what, List<String> lines) {
        words.put(what, lines);
        return this;
    }

    public double get(String figure) {
        return figures.getOrDefault(figure, 0.0);
    }
}
