package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Sends alerts to channels. A failed alert is retried for a day, and later alerts of its channel wait for it, so that nobody reads
 * about the end of an outage before its beginning. An alert is sent twice only if a replica dies before it stores the outcome.
 */
@ApplicationScoped
class AlertSender {

    private static final Logger LOG = Logger.getLogger(AlertSender.class);

    /** Longer than a mail or a request can take. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    /** Maximum alerts sent at the same time: this many channels can be slow before others wait. */
    private static final int AT_ONCE = 8;

    private final AlertQueue queue;
    private final AlertTexts texts;
    private final ChannelSender channels;
    private final WebhookHealth health;
    private final InstantSource clock;
    private final ExecutorService executor;

    AlertSender(
            AlertQueue queue,
            AlertTexts texts,
            ChannelSender channels,
            WebhookHealth health,
            InstantSource clock,
            ExecutorService executor) {
        this.queue = queue;
        this.texts = texts;
        this.channels = channels;
        this.health = health;
        this.clock = clock;
        this.executor = executor;
    }

    @Scheduled(identity = "alerts", every = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        var first = next();
        if (first.isPresent()) {
            CompletableFuture.allOf(Stream.iterate(first, none -> Optional.<Alert>empty())
                            .limit(AT_ONCE)
                            .map(begin -> CompletableFuture.runAsync(() -> sendAll(begin), executor))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }

    private void sendAll(Optional<Alert> begin) {
        for (var alert = begin.or(this::next); alert.isPresent(); alert = next()) {
            try {
                send(alert.get());
            } catch (RuntimeException e) {
                LOG.warnf("An alert could not be sent and will be retried: %s", e.getMessage());
            }
        }
    }

    private Optional<Alert> next() {
        try {
            var now = clock.instant();
            return queue.claim(now, now.plus(LEASE));
        } catch (RuntimeException e) {
            LOG.warnf("Alerts could not be read and will be read again shortly: %s", e.getMessage());
            return Optional.empty();
        }
    }

    /** Sends an alert. Meanwhile, it holds nothing in the database except the lease. */
    private void send(Alert alert) {
        var channel = DatabaseRole.ENGINE.<@Nullable AlertChannel>call(() -> AlertChannel.findById(alert.channelId()));
        var webhook = DatabaseRole.ENGINE.<@Nullable Webhook>call(() -> Webhook.findById(alert.webhookId()));
        if (channel == null || webhook == null || webhook.isDeleted()) {
            queue.remove(alert);
            return;
        }
        Health present = DatabaseRole.in(alert.workspaceId()).call(() -> health.of(webhook.id));
        var id = PublicId.format("alr_", new UUID(alert.createdAt().toEpochMilli(), alert.id()));
        var result = channels.send(channel, texts.of(alert, webhook, present), id, alert.attempts());
        var now = clock.instant();
        queue.saveOutcome(channel.id, now, result);
        if (result.ok()) {
            queue.remove(alert);
            return;
        }
        var message = queue.retry(alert, now, result.pause())
                ? "An alert could not be sent and will be retried: %s"
                : "An alert could not be sent for a day and was dropped: %s";
        LogIds.of("webhookId", alert.webhookId()).around(() -> LOG.warnf(message, result.message()));
    }
}
