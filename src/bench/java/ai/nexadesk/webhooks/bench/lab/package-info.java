/** The environment of a run: the application, its database, the publisher and the sink, each in a process of its own. */
@NullMarked
package ai.nexadesk.webhooks.bench.lab;

import org.jspecify.annotations.NullMarked;
