/** The addresses that requests come from, for programs. */
@NullMarked
package ai.nexadesk.webhooks.webhook.egress;

import org.jspecify.annotations.NullMarked;
