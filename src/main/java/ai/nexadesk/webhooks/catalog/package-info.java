/** The event types that can be subscribed to, with their samples. */
@NullMarked
package ai.nexadesk.webhooks.catalog;

import org.jspecify.annotations.NullMarked;
