/** Filters of webhooks: conditions on the content of events, and on who caused them. */
@NullMarked
package ai.nexadesk.webhooks.webhook.condition;

import org.jspecify.annotations.NullMarked;
