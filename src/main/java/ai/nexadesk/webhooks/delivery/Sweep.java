package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import jakarta.enterprise.context.ApplicationScoped;

/** What comes round: renewing the lease, taking over from dead replicas, leasing what is due. */
@ApplicationScoped
public class Sweep {

    private static final Logger LOG = Logger.getLogger(Sweep.class);

    private final Dispatcher dispatcher;
    private final WorkQueue queue;
    private final Webhooks webhooks;
    private final InstantSource clock;
    private final ExecutorService executor;

    Sweep(Dispatcher dispatcher, WorkQueue queue, Webhooks webhooks, InstantSource clock, ExecutorService executor) {
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.webhooks = webhooks;
        this.clock = clock;
        this.executor = executor;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        run();
    }

    @Scheduled(every = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyFifteenSeconds() throws SQLException {
        releaseForgotten();
    }

    @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyMinute() throws SQLException {
        webhooks.settleRotations();
        queue.resumeAll(clock.instant());
    }

    /** Sweeps once; nothing that fails is lost, for the next round does it again. */
    synchronized void run() {
        try {
            dispatcher.renewLease();
            if (queue.takeOver(clock.instant()) > 0) {
                LOG.info("Took over deliveries of a replica that is gone");
            }
            dispatcher.claimDue();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Sweeping failed and is tried again: %s", e.getMessage());
        }
    }

    /** Never while leases are being taken: what is claimed is known here only a moment later. */
    synchronized void releaseForgotten() throws SQLException {
        dispatcher.releaseForgotten();
    }

    /** Sweeps as soon as possible, not at the next second. */
    public void soon() {
        executor.execute(this::run);
    }
}
