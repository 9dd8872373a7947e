/** NexaDesk's outbound webhooks: what starts the application and what configures it. */
@NullMarked
package ai.nexadesk.webhooks;

import org.jspecify.annotations.NullMarked;
