/** Which of the events that a webhook subscribed to it gets: conditions on their content, and who caused them. */
@NullMarked
package ai.nexadesk.webhooks.webhook.condition;

import org.jspecify.annotations.NullMarked;
