/** The event types that webhooks can subscribe to, with their examples. */
@NullMarked
package ai.nexadesk.webhooks.catalog;

import org.jspecify.annotations.NullMarked;
