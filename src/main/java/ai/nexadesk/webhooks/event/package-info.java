/** A published event: reading and checking it, its canonical body, storing it together with its deliveries. */
@NullMarked
package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.NullMarked;
