/** The data of a delivery: its status, attempts, retry schedule, and the verdict on an attempt. */
@NullMarked
package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.NullMarked;
