package ai.nexadesk.webhooks.tracing;

import io.quarkus.scheduler.Scheduled;

import java.util.logging.Logger;
import jakarta.inject.Singleton;

/** Logs how often messages that have stopped were repeated. */
@Singleton
final class RepeatedLines {

    @Scheduled(identity = "repeated-lines", every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyMinute() {
        RepeatFilter.due(System.nanoTime())
                .forEach(line -> Logger.getLogger(line.getLoggerName()).log(line));
    }
}
