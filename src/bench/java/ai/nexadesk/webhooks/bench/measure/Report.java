package ai.nexadesk.webhooks.bench.measure;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Collects rows, and prints them as a table with one column per row. Also writes them as JSON. */
public final class Report {

    private final List<Row> rows = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public void add(Row row) {
        rows.add(row);
    }

    /** Marks the run as failed, for this reason. */
    public void fail(String why) {
        failures.add(why);
        System.out.println("FAILED: " + why);
    }

    public boolean isGood() {
        return failures.isEmpty();
    }

    public void print() {
        var names = new LinkedHashSet<String>();
        rows.forEach(row -> names.addAll(row.figures().keySet()));
        var table = new StringBuilder("%n%-32s".formatted(""));
        rows.forEach(row -> table.append("%22s".formatted(row.name())));
        for (var name : names) {
            table.append("%n%-32s".formatted(name));
            rows.forEach(
                    row -> table.append("%22s".formatted(shown(row.figures().get(name)))));
        }
        System.out.println(table);
        for (var row : rows) {
            row.words().forEach((what, lines) -> {
                System.out.println("%n%s, %s:".formatted(row.name(), what));
                lines.forEach(line -> System.out.println("  " + line));
            });
        }
        failures.forEach(why -> System.out.println("FAILED: " + why));
        System.out.println(failures.isEmpty() ? "All checks passed." : failures.size() + " checks failed.");
    }

    private static String shown(@org.jspecify.annotations.Nullable Double value) {
        if (value == null) {
            return "-";
        }
        boolean isWhole = value == Math.rint(value);
        return String.format(Locale.ROOT, isWhole || Math.abs(value) >= 1_000 ? "%,.0f" : "%.3f", value);
    }

    public void write(Path file) throws IOException {
        var list = new JsonArray();
        for (var row : rows) {
            var figures = new JsonObject();
            row.figures().forEach(figures::put);
            var words = new JsonObject();
            row.words().forEach((what, lines) -> words.put(what, new JsonArray(lines)));
            list.add(new JsonObject()
                    .put("name", row.name())
                    .put("figures", figures)
                    .put("words", words));
        }
        var json = new JsonObject()
                .put("at", Instant.now().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("rows", list)
                .put("failures", new JsonArray(failures));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, json.encodePrettily() + "\n");
    }
}
