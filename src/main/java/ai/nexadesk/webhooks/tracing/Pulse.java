package ai.nexadesk.webhooks.tracing;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whether work that must go on for as long as the process lives does: a thread of its own, or what comes round. */
public final class Pulse {

    private static final Logger LOG = Logger.getLogger(Pulse.class);

    private static final Set<Pulse> ALL = ConcurrentHashMap.newKeySet();

    private final String name;
    private volatile long since = System.nanoTime();
    private volatile boolean rests = true;
    private volatile boolean dead;

    public Pulse(String name) {
        this.name = name;
    }

    /** A thread for this work, which is watched until the work ends by itself. */
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

    /** It is doing something now, and will soon say so again, or that it rests. */
    public void beats() {
        since = System.nanoTime();
        rests = false;
        ALL.add(this);
    }

    /** It waits for something to do. */
    public void rests() {
        rests = true;
    }

    void forget() {
        ALL.remove(this);
    }

    private boolean isStuck(Duration most) {
        return !rests && System.nanoTime() - since > most.toNanos();
    }

    /** What is dead, or has not been heard of for longer than this. */
    static Optional<String> problem(Duration most) {
        return ALL.stream()
                .filter(pulse -> pulse.dead || pulse.isStuck(most))
                .map(pulse -> pulse.name + (pulse.dead ? " has ended" : " is stuck"))
                .sorted()
                .findFirst();
    }
}
