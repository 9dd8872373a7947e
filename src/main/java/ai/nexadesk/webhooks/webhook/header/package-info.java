/** Request headers of the customer's own, which a webhook adds to all that is sent to it. */
@NullMarked
package ai.nexadesk.webhooks.webhook.header;

import org.jspecify.annotations.NullMarked;
