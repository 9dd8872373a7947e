package ai.nexadesk.webhooks.bench.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command-line options.
 *
 * @param workloads the workloads in order
 * @param app the directory of the packaged application
 * @param java the command that runs it
 * @param jvm options of its JVM
 * @param settings further settings of the application, as {@code name=value}
 * @param json the file for the results
 * @param values all other options, by name
 */
public record Options(
        List<String> workloads,
        Path app,
        String java,
        List<String> jvm,
        List<String> settings,
        Path json,
        Map<String, String> values,
        boolean raw) {

    private static final String DEFAULT_JVM = "-Xmx256m -XX:MaxDirectMemorySize=64m";

    public static Options parse(String[] args) {
        var workloads = new ArrayList<String>();
        var settings = new ArrayList<String>();
        var values = new HashMap<String, String>();
        boolean raw = true;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--no-raw" -> raw = false;
                case "--set" -> settings.add(value(args, ++i));
                default -> {
                    if (args[i].startsWith("--")) {
                        values.put(args[i].substring(2), value(args, ++i));
                    } else {
                        workloads.add(args[i]);
                    }
                }
            }
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new Options(
                List.copyOf(workloads),
                Path.of(take(values, "app", "target/quarkus-app")),
                take(values, "java", java),
                List.of(take(values, "jvm", DEFAULT_JVM).strip().split("\\s+")),
                List.copyOf(settings),
                Path.of(take(values, "json", "target/bench.json")),
                Map.copyOf(values),
                raw);
    }

    private static String take(Map<String, String> values, String name, String fallback) {
        var value = values.remove(name);
        return value == null ? fallback : value;
    }

    private static String value(String[] args, int index) {
        if (index >= args.length) {
            throw new IllegalArgumentException(args[index - 1] + " requires a value");
        }
        return args[index];
    }

    /** The value of {@code --name value}; empty if it is not given. */
    public String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** The number of {@code --name value}, or the fallback if it is not given. */
    public int number(String name, int fallback) {
        var value = values.get(name);
        return value == null ? fallback : Integer.parseInt(value.replace("_", ""));
    }
}
