/** Connections to endpoints: how they are made, kept and watched. Knows nothing about webhooks or deliveries. */
@NullMarked
package ai.nexadesk.webhooks.outbound.connection;

import org.jspecify.annotations.NullMarked;
