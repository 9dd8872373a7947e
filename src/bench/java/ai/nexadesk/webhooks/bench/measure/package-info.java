/** Clocks, figures of processes, and the report. */
@NullMarked
package ai.nexadesk.webhooks.bench.measure;

import org.jspecify.annotations.NullMarked;
