package ai.nexadesk.webhooks.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Figures of a Linux process from {@code /proc} (proc(5)). */
public final class Proc {

    /** USER_HZ, which is 100 on every platform that has an embedded PostgreSQL. */
    private static final double TICKS_A_SECOND = 100;

    private static final int PARENT = 1;
    private static final int USER_TIME = 11;
    private static final int CHILDREN_END = 15;

    private Proc() {}

    /** The CPU seconds of this process and of its children that have ended; 0 if the process is gone. */
    public static double cpuSeconds(long pid) {
        var fields = stat(pid);
        long ticks = 0;
        for (int i = USER_TIME; i < CHILDREN_END && i < fields.length; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_A_SECOND;
    }

    /** The CPU seconds of this process and of all its descendants. */
    public static double cpuSecondsOfTree(long pid) {
        double seconds = cpuSeconds(pid);
        for (var child : ProcessHandle.allProcesses().toList()) {
            var fields = stat(child.pid());
            if (fields.length > PARENT && fields[PARENT].equals(Long.toString(pid))) {
                seconds += cpuSeconds(child.pid());
            }
        }
        return seconds;
    }

    /** The fields after the process name, which may contain spaces. */
    private static String[] stat(long pid) {
        try {
            var text = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException gone) {
            return new String[0];
        }
    }

    /** The peak memory of the process, in MB; 0 if it is gone. */
    public static double peakMegabytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024.0;
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }
}
