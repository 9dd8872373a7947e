/** Webhooks as customers configure them: subscription, signing secret, and verification by a ping. */
@NullMarked
package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.NullMarked;
