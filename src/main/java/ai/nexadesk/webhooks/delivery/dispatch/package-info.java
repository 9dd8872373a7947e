/** The running side of delivery: fair scheduling, sending, recording, and recurring tasks. */
@NullMarked
package ai.nexadesk.webhooks.delivery.dispatch;

import org.jspecify.annotations.NullMarked;
