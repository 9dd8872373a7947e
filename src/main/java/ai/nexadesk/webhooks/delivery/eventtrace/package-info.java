/** Which webhooks received an event, and why others did not. */
@NullMarked
package ai.nexadesk.webhooks.delivery.eventtrace;

import org.jspecify.annotations.NullMarked;
