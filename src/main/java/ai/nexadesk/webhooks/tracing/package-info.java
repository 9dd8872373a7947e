/** How operators follow what happens: ids in the log, and traces by OpenTelemetry, off unless they are switched on. Knows no feature. */
@NullMarked
package ai.nexadesk.webhooks.tracing;

import org.jspecify.annotations.NullMarked;
