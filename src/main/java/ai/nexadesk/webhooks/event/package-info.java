/**
 * Published events: reading and checking them, their canonical body, and storing them together with their deliveries.
 */
@NullMarked
package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.NullMarked;
