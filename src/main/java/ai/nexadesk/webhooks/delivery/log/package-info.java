/** The delivery log: its filters, pages, REST calls and exports, and the page of one delivery. */
@NullMarked
package ai.nexadesk.webhooks.delivery.log;

import org.jspecify.annotations.NullMarked;
