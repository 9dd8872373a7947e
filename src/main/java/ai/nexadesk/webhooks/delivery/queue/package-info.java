/** The durable side of delivery: unfinished work, leases, replicas, and recorded attempts. SQL only. */
@NullMarked
package ai.nexadesk.webhooks.delivery.queue;

import org.jspecify.annotations.NullMarked;
