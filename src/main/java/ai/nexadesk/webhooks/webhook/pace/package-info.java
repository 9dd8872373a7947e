/** How much a webhook takes: requests a second, and requests in flight. */
@NullMarked
package ai.nexadesk.webhooks.webhook.pace;

import org.jspecify.annotations.NullMarked;
