/** The running side of delivery: fair scheduling, sending, recording, and the work that comes round. */
@NullMarked
package ai.nexadesk.webhooks.delivery.dispatch;

import org.jspecify.annotations.NullMarked;
