/** Signing secrets of webhooks: reveal, rotation, and re-encryption. */
@NullMarked
package ai.nexadesk.webhooks.webhook.secret;

import org.jspecify.annotations.NullMarked;
