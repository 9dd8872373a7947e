/** Custom request headers of webhooks. */
@NullMarked
package ai.nexadesk.webhooks.webhook.header;

import org.jspecify.annotations.NullMarked;
