package ai.nexadesk.webhooks.tracing;

import io.quarkus.scheduler.spi.JobInstrumenter;

import java.util.concurrent.CompletionStage;
import jakarta.inject.Singleton;

/** Adds the name of the scheduled task to log entries. */
@Singleton
final class TaskNames implements JobInstrumenter {

    @Override
    public CompletionStage<Void> instrument(JobInstrumentationContext task) {
        return LogIds.of("task", task.getSpanName()).around(task::executeJob);
    }
}
