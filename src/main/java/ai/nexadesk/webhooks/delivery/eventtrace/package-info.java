/** Where an event went, and why it did not reach a webhook. */
@NullMarked
package ai.nexadesk.webhooks.delivery.eventtrace;

import org.jspecify.annotations.NullMarked;
