/**
 * The command that runs the benchmark and the fault suite. It is not part of the application, and the build does not run
 * it.
 */
@NullMarked
package ai.nexadesk.webhooks.bench;

import org.jspecify.annotations.NullMarked;
