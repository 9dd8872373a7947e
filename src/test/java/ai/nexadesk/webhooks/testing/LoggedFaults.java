package ai.nexadesk.webhooks.testing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures the log entries at the level ERROR, until it is closed. */
public final class LoggedFaults extends Handler implements AutoCloseable {

    private static final int FRAMES = 6;

    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    private LoggedFaults() {}

    /** Starts capturing. */
    public static LoggedFaults listen() {
        var log = new LoggedFaults();
        Logger.getLogger("").addHandler(log);
        return log;
    }

    /** The entries since the last call. */
    public List<String> take() {
        var taken = List.copyOf(faults);
        faults.removeAll(taken);
        return taken;
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            faults.add(record.getMessage() + " " + Arrays.toString(record.getParameters()) + " "
                    + place(record.getThrown()));
        }
    }

    private static String place(Throwable thrown) {
        return thrown == null
                ? ""
                : thrown + " at "
                        + Arrays.stream(thrown.getStackTrace()).limit(FRAMES).toList();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
