package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Bounds the memory of the JVM where the command line does not. By itself the JVM takes a quarter of the machine's memory for its
 * heap and lives on after an OutOfMemoryError. A JAR file cannot carry such options, so the application starts once more, with
 * them, in a child process that ends with this one.
 */
final class JvmDefaults {

    /** Under 768 MB of resident memory in total; docker/Dockerfile has the same. */
    private static final List<String> OPTIONS =
            List.of("-Xmx416m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError");

    /** Options of somebody who has decided how much memory the JVM gets, or who wants to debug this very process. */
    private static final Pattern DECIDED =
            Pattern.compile("-Xmx.*|-XX:(MaxHeapSize|MaxRAM|InitialRAM)\\w*=.*|-agentlib:jdwp.*");

    private static final String PARENT = "launcher.waits";
    private static final int PARENT_IS_GONE = 137;

    private JvmDefaults() {}

    /** Whether this process is to start the application in a child. */
    static boolean areMissing() {
        return System.getProperty(PARENT) == null
                && isPackaged()
                && ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .noneMatch(option -> DECIDED.matcher(option).matches());
    }

    private static boolean isPackaged() {
        return Path.of(System.getProperty("java.class.path")).endsWith("quarkus-run.jar");
    }

    /** Starts the application in a child, hands it the signals that end this process, and returns its exit code. */
    static int runInChild(String... args) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-D" + PARENT + "=true");
        command.add("-jar");
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(args));
        var child = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // SIGTERM. Not Process.destroy(), which would close the pipe as well.
            child.toHandle().destroy();
            waitFor(child);
        }));
        return waitFor(child);
    }

    private static int waitFor(Process child) {
        while (true) {
            try {
                return child.waitFor();
            } catch (InterruptedException e) {
                // It is the only thing that this process does.
            }
        }
    }

    /** In the child: ends this process as soon as its parent is gone, however that ended. */
    static void endWithParent() {
        if (System.getProperty(PARENT) == null) {
            return;
        }
        var watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // The parent writes nothing.
                        }
                    } catch (IOException e) {
                        // As at the end of the pipe.
                    }
                    Runtime.getRuntime().halt(PARENT_IS_GONE);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
