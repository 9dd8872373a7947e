/** Sending again: single and bulk retries, recovery of missed events, replay of past events, and their jobs. */
@NullMarked
package ai.nexadesk.webhooks.delivery.retry;

import org.jspecify.annotations.NullMarked;
