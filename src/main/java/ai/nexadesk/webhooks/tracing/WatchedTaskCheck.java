package ai.nexadesk.webhooks.tracing;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

import java.time.Duration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Reports work that has ended or is stuck, and soon ends the process, so that a service manager restarts it. Nothing acknowledged is lost.
 */
@Liveness
@Readiness
@ApplicationScoped
class WatchedTaskCheck implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(WatchedTaskCheck.class);

    /**
     * The time without a report after which work counts as stuck. A silently dropped database connection holds a thread
     * for a minute, and a restart would not help.
     */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofSeconds(10);

    /**
     * The number of consecutive checks that must find a problem, because a process that was frozen appears stuck
     * briefly.
     */
    private static final int CHECKS = 3;

    private static final int EXIT_CODE = 4;

    /** A thread of its own, because the scheduler could be stuck. */
    private final Thread watch = new Thread(this::watch, "pulse-check");

    void start(@Observes StartupEvent event) {
        watch.setDaemon(true);
        watch.start();
    }

    /** Monitoring ends at shutdown. */
    void stop(@Observes ShutdownEvent event) {
        watch.interrupt();
    }

    private void watch() {
        try {
            for (int problems = 0; problems < CHECKS; ) {
                Thread.sleep(PAUSE.toMillis());
                problems = WatchedTask.problem(STUCK_AFTER).isPresent() ? problems + 1 : 0;
            }
            LOG.fatalf(
                    "The process ends, to be restarted: %s",
                    WatchedTask.problem(STUCK_AFTER).orElse(""));
            Runtime.getRuntime().halt(EXIT_CODE);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Threads");
        var problem = WatchedTask.problem(STUCK_AFTER);
        problem.ifPresent(text -> response.withData("problem", text));
        return response.status(problem.isEmpty()).build();
    }
}
