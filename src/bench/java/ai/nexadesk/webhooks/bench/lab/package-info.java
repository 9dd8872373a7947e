/** The environment of a run: the application, its database, the publisher and the sink, each in its own process. */
@NullMarked
package ai.nexadesk.webhooks.bench.lab;

import org.jspecify.annotations.NullMarked;
