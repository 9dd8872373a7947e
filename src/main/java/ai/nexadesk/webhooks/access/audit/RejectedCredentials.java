package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.database.DatabaseRole;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Counts rejected passwords and keys, and records them in the audit log of their workspace. The same entry is written
 * once per 15 minutes, and their number per hour is limited, so that nobody can flood the audit log.
 */
@Singleton
public class RejectedCredentials {

    private static final Duration SAME = Duration.ofMinutes(15);
    private static final int MAX_REMEMBERED = 10_000;
    private static final int MAX_IN_AN_HOUR = 100;

    private final Cache<List<String>, Boolean> written = Caffeine.newBuilder()
            .expireAfterWrite(SAME)
            .maximumSize(MAX_REMEMBERED)
            .build();

    private final Cache<String, AtomicInteger> byWorkspace = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofHours(1))
            .maximumSize(MAX_REMEMBERED)
            .build();

    private final MeterRegistry registry;
    private final InstantSource clock;

    RejectedCredentials(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** Registers the metric at startup, before the first rejection. */
    void start(@Observes StartupEvent event) {
        counter("password");
    }

    /** Counts a rejection. */
    public void count(String reason) {
        counter(reason).increment();
    }

    private Counter counter(String reason) {
        return Counter.builder("nexadesk.refusals")
                .description("Passwords and keys that were refused")
                .tag("reason", reason)
                .register(registry);
    }

    /**
     * Counts a rejection and writes it to the audit log. Must not be called in a transaction.
     *
     * @param whose the account or key that was tried: an email address, or the name of a key
     */
    public void record(String workspaceId, String whose, String action, String reason, String detail, String ip) {
        count(reason);
        boolean isNew = written.asMap().putIfAbsent(List.of(workspaceId, whose, reason, ip), true) == null;
        if (isNew && byWorkspace.get(workspaceId, key -> new AtomicInteger()).incrementAndGet() <= MAX_IN_AN_HOUR) {
            DatabaseRole.ENTRY.run(
                    () -> new AuditEntry(workspaceId, clock.instant(), whose, action, whose, detail, ip, List.of())
                            .persist());
        }
    }
}
