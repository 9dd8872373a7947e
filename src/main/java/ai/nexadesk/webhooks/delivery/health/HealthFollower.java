package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.webhook.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;

/** Every ten seconds, stores the outcomes of attempts, updates the health of webhooks, and disables those that only fail. */
@ApplicationScoped
public class HealthFollower {

    private static final Logger LOG = Logger.getLogger(HealthFollower.class);

    private final AttemptCounts counts;
    private final HealthStore store;
    private final AutoDisabler disabler;
    private final InstantSource clock;
    private final MultiGauge gauge;

    HealthFollower(
            AttemptCounts counts,
            HealthStore store,
            AutoDisabler disabler,
            InstantSource clock,
            MeterRegistry registry) {
        this.counts = counts;
        this.store = store;
        this.disabler = disabler;
        this.clock = clock;
        this.gauge = MultiGauge.builder("nexadesk.webhooks")
                .description("Active webhooks by health")
                .register(registry);
    }

    @Scheduled(identity = "webhook-health", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyTenSeconds() {
        try {
            update();
        } catch (RuntimeException e) {
            LOG.warnf("The health of webhooks could not be updated and will be in ten seconds: %s", e.getMessage());
        }
    }

    private void measure(Map<Health.State, Long> webhooks) {
        gauge.register(
                Arrays.stream(Health.State.values())
                        .map(state ->
                                MultiGauge.Row.of(Tags.of("health", state.value()), webhooks.getOrDefault(state, 0L)))
                        .toList(),
                true);
    }

    /** Processes the attempts that ended since the last call. */
    public synchronized void update() {
        var now = clock.instant();
        var news = counts.take();
        if (!news.isEmpty()) {
            try {
                store.add(news, now);
            } catch (RuntimeException e) {
                counts.add(news);
                throw e;
            }
            disabler.evaluate(news, now);
        }
        store.judge(now);
        measure(store.count());
    }
}
