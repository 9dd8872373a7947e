/** NexaDesk's outbound webhooks: startup and configuration of the application. */
@NullMarked
package ai.nexadesk.webhooks;

import org.jspecify.annotations.NullMarked;
