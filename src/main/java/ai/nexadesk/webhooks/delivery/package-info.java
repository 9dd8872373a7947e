/** The record of a delivery: its states, attempts, retry schedule, and the verdict on an attempt. */
@NullMarked
package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.NullMarked;
