/** Observability for operators: IDs in the log, and optional OpenTelemetry traces. Independent of features. */
@NullMarked
package ai.nexadesk.webhooks.tracing;

import org.jspecify.annotations.NullMarked;
