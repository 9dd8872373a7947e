/** Sample events, sent to one webhook. */
@NullMarked
package ai.nexadesk.webhooks.delivery.testevent;

import org.jspecify.annotations.NullMarked;
