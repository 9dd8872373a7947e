package ai.nexadesk.webhooks.tracing;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Monitors work that must continue as long as the process lives: a thread or a recurring task. */
public final class WatchedTask {

    private static final Logger LOG = Logger.getLogger(WatchedTask.class);

    private static final Set<WatchedTask> ALL = ConcurrentHashMap.newKeySet();

    private final String name;
    private volatile long since = System.nanoTime();
    private volatile boolean rests = true;
    private volatile boolean dead;

    public WatchedTask(String name) {
        this.name = name;
    }

    /** Creates a thread for this work, which is monitored until the work ends normally. */
    public Thread thread(Runnable work) {
        return new Thread(() -> live(work), name);
    }

    private void live(Runnable work) {
        ALL.add(this);
        try {
            work.run();
            forget();
        } catch (Throwable end) {
            dead = true;
            LOG.errorf(end, "The thread %s ended", name);
        }
    }

    /** Reports that the task is working. Must be followed by another report soon. */
    public void heartbeat() {
        since = System.nanoTime();
        rests = false;
        ALL.add(this);
    }

    /** Reports that the task is idle. */
    public void idle() {
        rests = true;
    }

    void forget() {
        ALL.remove(this);
    }

    private boolean isStuck(Duration most) {
        return !rests && System.nanoTime() - since > most.toNanos();
    }

    /** Describes work that has ended or has not reported for longer than this. */
    static Optional<String> problem(Duration most) {
        return ALL.stream()
                .filter(watched -> watched.dead || watched.isStuck(most))
                .map(watched -> watched.name + (watched.dead ? " has ended" : " is stuck"))
                .sorted()
                .findFirst();
    }
}
