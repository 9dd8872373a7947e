/** Connections to endpoints: opening, keeping and watching them. Knows nothing about webhooks or deliveries. */
@NullMarked
package ai.nexadesk.webhooks.outbound.connection;

import org.jspecify.annotations.NullMarked;
