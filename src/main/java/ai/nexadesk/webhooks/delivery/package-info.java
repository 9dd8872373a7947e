/** From an accepted event to the last attempt: lanes, retry schedule, recording, sweeping; and the log of it. */
@NullMarked
package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.NullMarked;
