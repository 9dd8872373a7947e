package ai.nexadesk.webhooks.tracing;

import io.quarkus.scheduler.spi.JobInstrumenter;

import java.util.concurrent.CompletionStage;
import jakarta.inject.Singleton;

/** Gives what is logged while a task of the scheduler runs the name of the task. */
@Singleton
final class TaskNames implements JobInstrumenter {

    @Override
    public CompletionStage<Void> instrument(JobInstrumentationContext task) {
        return LogIds.of("task", task.getSpanName()).around(task::executeJob);
    }
}
