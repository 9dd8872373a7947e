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
 * Says so where something that must go on does not, and soon ends the process for it: whoever started it starts it again, and nothing
 * that was acknowledged is lost.
 */
@Liveness
@Readiness
@ApplicationScoped
class PulseCheck implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(PulseCheck.class);

    /** A database that is gone without a word holds a thread for five minutes, and no restart helps then. */
    private static final Duration MOST = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** A process that was frozen seems stuck for a moment. */
    private static final int LOOKS = 3;

    private static final int EXIT_CODE = 4;

    /** Not the scheduler, which could be what is stuck. */
    private final Thread watch = new Thread(this::watch, "pulse-check");

    void start(@Observes StartupEvent event) {
        watch.setDaemon(true);
        watch.start();
    }

    /** From here on, nothing has to go on. */
    void stop(@Observes ShutdownEvent event) {
        watch.interrupt();
    }

    private void watch() {
        try {
            for (int problems = 0; problems < LOOKS; ) {
                Thread.sleep(PAUSE.toMillis());
                problems = Pulse.problem(MOST).isPresent() ? problems + 1 : 0;
            }
            LOG.fatalf(
                    "The process ends, to be restarted: %s", Pulse.problem(MOST).orElse(""));
            Runtime.getRuntime().halt(EXIT_CODE);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Threads");
        var problem = Pulse.problem(MOST);
        problem.ifPresent(text -> response.withData("problem", text));
        return response.status(problem.isEmpty()).build();
    }
}
