/** The workloads. Each one publishes, checks every delivery, and reports its figures. */
@NullMarked
package ai.nexadesk.webhooks.bench.workload;

import org.jspecify.annotations.NullMarked;
