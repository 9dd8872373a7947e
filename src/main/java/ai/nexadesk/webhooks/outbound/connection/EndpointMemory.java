package ai.nexadesk.webhooks.outbound.connection;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Facts about endpoints that one event loop has learned: which ones close kept connections during a request, and which
 * address of a host accepted the last connection. Entries expire after some minutes.
 */
public final class EndpointMemory {
    static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MAX_ENTRIES = 10_000;

    private final InstantSource clock;
    private final Map<String, Instant> closing = new Bounded<>();
    private final Map<String, Remembered> reachable = new Bounded<>();

    private record Remembered(InetAddress address, Instant until) {}

    /** Creates an empty memory. */
    public EndpointMemory(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether connections of this owner may be kept. */
    public boolean mayKeep(String owner) {
        Instant until = closing.isEmpty() ? null : closing.get(owner);
        if (until == null) {
            return true;
        }
        if (clock.instant().isBefore(until)) {
            return false;
        }
        closing.remove(owner);
        return true;
    }

    /** Stops keeping connections of this owner for some minutes, because one broke during a request. */
    public void disableKeepAlive(String owner) {
        closing.put(owner, clock.instant().plus(REMEMBERED));
    }

    /** Notes which of several addresses accepted a connection. */
    public void reached(String owner, InetAddress address) {
        reachable.put(owner, new Remembered(address, clock.instant().plus(REMEMBERED)));
    }

    /** These addresses, starting with the one that accepted the last connection. */
    public List<InetAddress> inOrder(String owner, List<InetAddress> addresses) {
        @Nullable Remembered known = addresses.size() < 2 ? null : reachable.get(owner);
        if (known == null || !known.until().isAfter(clock.instant()) || !addresses.contains(known.address())) {
            return addresses;
        }
        List<InetAddress> ordered = new ArrayList<>(addresses);
        ordered.remove(known.address());
        ordered.add(0, known.address());
        return ordered;
    }

    private static final class Bounded<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MAX_ENTRIES;
        }
    }
}
