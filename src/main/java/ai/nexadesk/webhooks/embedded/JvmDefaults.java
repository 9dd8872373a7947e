package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Limits the JVM's memory if the command line does not. By default, the JVM uses a quarter of the machine's memory for
 * its heap and continues after an OutOfMemoryError. A JAR file cannot contain JVM options, so the application starts
 * again, with them, in a child process that ends with this one.
 */
final class JvmDefaults {

    /** The options keep resident memory under 768 MB in total; docker/Dockerfile has the same ones. */
    private static final List<String> OPTIONS =
            List.of("-Xmx416m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError");

    /** Options of users who limit the JVM's memory themselves, or who want to debug this very process. */
    private static final Pattern DECIDED =
            Pattern.compile("-Xmx.*|-XX:(MaxHeapSize|MaxRAM|InitialRAM)\\w*=.*|-agentlib:jdwp.*");

    private static final String PARENT = "launcher.waits";
    private static final int PARENT_IS_GONE = 137;

    private JvmDefaults() {}

    /** Whether this process must start the application in a child. */
    static boolean areMissing() {
        return System.getProperty(PARENT) == null
                && isPackaged()
                && ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .noneMatch(option -> DECIDED.matcher(option).matches());
    }

    private static boolean isPackaged() {
        return Path.of(System.getProperty("java.class.path")).endsWith("quarkus-run.jar");
    }

    /**
     * Starts the application in a child, forwards the signals that end this process, and returns the child's exit code.
     */
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
            // Sends SIGTERM. Process.destroy() would also close the pipe.
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
                // Waiting is the only thing that this process does.
            }
        }
    }

    /** Called in the child: ends this process as soon as its parent has ended, however it ended. */
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
                        // Treated like the end of the pipe.
                    }
                    Runtime.getRuntime().halt(PARENT_IS_GONE);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
