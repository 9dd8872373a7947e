/** The order of a record's deliveries, for webhooks that receive the events of a record in order. */
@NullMarked
package ai.nexadesk.webhooks.event.order;

import org.jspecify.annotations.NullMarked;
