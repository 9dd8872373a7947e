package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.database.Acting;
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
    private final Backlog backlog;
    private final Targets targets;
    private final Webhooks webhooks;
    private final InstantSource clock;
    private final ExecutorService executor;

    Sweep(
            Dispatcher dispatcher,
            WorkQueue queue,
            Backlog backlog,
            Targets targets,
            Webhooks webhooks,
            InstantSource clock,
            ExecutorService executor) {
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.backlog = backlog;
        this.targets = targets;
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
        dispatcher.giveBackForgotten();
    }

    @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyMinute() {
        webhooks.settleRotations();
        Acting.ENGINE.call(() -> backlog.resumeAll(clock.instant()));
    }

    /** Sweeps once; nothing that fails is lost, for the next round does it again. */
    synchronized void run() {
        try {
            dispatcher.renewLease();
            targets.refresh();
            takeOver();
            dispatcher.claimDue();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Sweeping failed and is tried again: %s", e.getMessage());
        }
    }

    private void takeOver() throws SQLException {
        int all = 0;
        int freed;
        do {
            freed = queue.takeOver(clock.instant());
            all += freed;
        } while (freed == WorkQueue.TAKEN_OVER_AT_ONCE);
        if (all > 0) {
            LOG.infof("Took over %d deliveries of a replica that is gone", all);
        }
    }

    /** Sweeps as soon as possible, not at the next second. */
    public void soon() {
        executor.execute(this::run);
    }
}
