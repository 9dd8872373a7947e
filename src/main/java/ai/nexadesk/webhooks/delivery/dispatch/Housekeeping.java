package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.SqlAction;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import ai.nexadesk.webhooks.delivery.queue.LeaseRecovery;
import ai.nexadesk.webhooks.delivery.queue.LeaseRegistry;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.tracing.WatchedTask;
import ai.nexadesk.webhooks.webhook.secret.SecretService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Recurring tasks: renewing the lease, taking over from dead replicas, and leasing due deliveries. */
@ApplicationScoped
public class Housekeeping {

    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private final Dispatcher dispatcher;
    private final LeaseRecovery recovery;
    private final Replica replica;
    private final LeaseRegistry leases;
    private final Backlog backlog;
    private final EndpointCache endpoints;
    private final SecretService signingSecrets;
    private final InstantSource clock;
    private final ExecutorService executor;
    private final WatchedTask watched = new WatchedTask("lease");
    private final ScheduledExecutorService lease =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "lease"));

    Housekeeping(
            Dispatcher dispatcher,
            LeaseRecovery recovery,
            Replica replica,
            LeaseRegistry leases,
            Backlog backlog,
            EndpointCache endpoints,
            SecretService signingSecrets,
            InstantSource clock,
            @Engine ExecutorService executor) {
        this.dispatcher = dispatcher;
        this.recovery = recovery;
        this.replica = replica;
        this.leases = leases;
        this.backlog = backlog;
        this.endpoints = endpoints;
        this.signingSecrets = signingSecrets;
        this.clock = clock;
        this.executor = executor;
    }

    @Scheduled(identity = "sweep", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        run();
    }

    /** Renews the lease in a thread of its own, because other tasks could delay the renewal until the lease is lost. */
    void keepLease(@Observes StartupEvent event) {
        lease.scheduleWithFixedDelay(this::renewLease, 1, 1, TimeUnit.SECONDS);
    }

    void stopRenewing(@Observes ShutdownEvent event) {
        lease.shutdown();
    }

    private void renewLease() {
        watched.heartbeat();
        LogIds.of("task", "lease").around(() -> tryRun(dispatcher::renewLease));
    }

    @Scheduled(identity = "forgotten-leases", every = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyFifteenSeconds() {
        tryRun(dispatcher::releaseForgotten);
        tryRun(dispatcher::advanceStuck);
    }

    @Scheduled(identity = "settling", every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    public void everyMinute() {
        Stream.<SqlAction>of(
                        signingSecrets::settleRotations, this::resume, this::forgetEnded, recovery::addMissingReplicas)
                .forEach(Housekeeping::tryRun);
    }

    private void resume() {
        DatabaseRole.ENGINE.call(() -> backlog.resumeAll(clock.instant()));
    }

    private void forgetEnded() {
        DatabaseRole.ENGINE.call(backlog::forgetEnded);
    }

    /** Sweeps once. A failing step does not stop the others; it is repeated in the next sweep. */
    public synchronized void run() {
        Stream.<SqlAction>of(endpoints::refresh, this::takeOver, dispatcher::claimPaced, dispatcher::claimDue)
                .forEach(Housekeeping::tryRun);
    }

    /** A step of a sweep. */
    private static void tryRun(SqlAction step) {
        try {
            step.run();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Sweep failed and will be retried: %s", e.getMessage());
        }
    }

    private void takeOver() throws SQLException {
        var self = replica.id();
        if (!leases.areAllOf(self)) {
            // This process is still recording attempts that it made under a lost lease, and knows their outcome.
            return;
        }
        int freed = recovery.takeOver(self, clock.instant());
        if (freed > 0) {
            LOG.infof("Took over %d deliveries from a dead replica", freed);
            dispatcher.advanceStuck();
        }
    }

    /** Sweeps as soon as possible, without waiting for the next second. */
    public void soon() {
        executor.execute(this::run);
    }
}
