/** What a customer configures: a webhook, its subscription, its signing secret, its verification by a ping. */
@NullMarked
package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.NullMarked;
