package ai.nexadesk.webhooks.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** One line of the report: a name and its figures. */
record Row(String name, Map<String, Double> figures) {

    static Row named(String name) {
        return new Row(name, new LinkedHashMap<>());
    }

    Row put(String figure, double value) {
        figures.put(figure, value);
        return this;
    }

    double get(String figure) {
        return figures.getOrDefault(figure, 0.0);
    }
}
