/**
 * The benchmark and the fault suite: the packaged application, its database, a sink that checks every request, and an
 * open-loop generator, each in a process of its own. It is not part of the application, and the build does not run it.
 */
@NullMarked
package ai.nexadesk.webhooks.bench;

import org.jspecify.annotations.NullMarked;
