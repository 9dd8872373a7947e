package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Disables webhooks that have had nothing but failures for days, and warns first. The outcomes of attempts are collected in memory
 * and written once a minute. If a crash loses some, the next attempts bring the same news.
 */
@ApplicationScoped
public class AutoDisabler {

    private static final Logger LOG = Logger.getLogger(AutoDisabler.class);

    /** Whether anything was delivered, by webhook, since the last look. */
    private final ConcurrentHashMap<String, Boolean> seen = new ConcurrentHashMap<>();

    private final FailureStreaks failing;
    private final Webhooks webhooks;
    private final InstantSource clock;
    private final Duration disableAfter;

    AutoDisabler(FailureStreaks failing, Webhooks webhooks, InstantSource clock, Settings settings) {
        this.failing = failing;
        this.webhooks = webhooks;
        this.clock = clock;
        this.disableAfter = settings.webhooks().disableAfter();
    }

    /** An attempt was recorded. A ping says nothing about events. */
    public void recorded(AttemptResult result) {
        if (!result.lease().isPing()) {
            seen.merge(result.lease().webhookId(), result.outcome().succeeded(), Boolean::logicalOr);
        }
    }

    @Scheduled(identity = "failing-webhooks", every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyMinute() {
        try {
            look();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Failing webhooks could not be determined: %s", e.getMessage());
        }
    }

    /** Notes what was seen. A webhook is disabled after a failure only: while nothing is attempted, nothing is proven. */
    synchronized void look() throws SQLException {
        var succeeded = new ArrayList<String>();
        var failed = new ArrayList<String>();
        for (var webhook : seen.keySet()) {
            (Boolean.TRUE.equals(seen.remove(webhook)) ? succeeded : failed).add(webhook);
        }
        if (disableAfter.isZero() || succeeded.isEmpty() && failed.isEmpty()) {
            return;
        }
        var now = clock.instant();
        failing.note(succeeded, failed, now);
        for (var found : failing.all(failed)) {
            judge(found, Duration.between(found.since(), now));
        }
    }

    /** Warns when two fifths of the time are left. */
    private void judge(FailureStreaks.Case found, Duration failingFor) {
        var id = found.webhookId();
        if (failingFor.compareTo(disableAfter) >= 0) {
            webhooks.disableFailing(id, failingFor);
        } else if (failingFor.compareTo(disableAfter.multipliedBy(3).dividedBy(5)) >= 0) {
            failing.warn(id);
        }
    }
}
