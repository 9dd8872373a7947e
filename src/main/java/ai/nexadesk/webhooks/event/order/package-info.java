/** Which delivery of a record is next, at webhooks that want the events of a record one after the other. */
@NullMarked
package ai.nexadesk.webhooks.event.order;

import org.jspecify.annotations.NullMarked;
