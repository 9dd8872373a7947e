/** Which delivery of a record is next, at webhooks that deliver the events of a record in order. */
@NullMarked
package ai.nexadesk.webhooks.event.order;

import org.jspecify.annotations.NullMarked;
