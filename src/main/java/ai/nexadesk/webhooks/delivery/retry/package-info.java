/** Sending again: single and bulk retries, recovery of missed events and replay of past ones, and the jobs that do them. */
@NullMarked
package ai.nexadesk.webhooks.delivery.retry;

import org.jspecify.annotations.NullMarked;
