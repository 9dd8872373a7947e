/** The pace of webhooks: requests per second and in flight. */
@NullMarked
package ai.nexadesk.webhooks.webhook.pace;

import org.jspecify.annotations.NullMarked;
