/** The source addresses of requests, for programs. */
@NullMarked
package ai.nexadesk.webhooks.webhook.egress;

import org.jspecify.annotations.NullMarked;
