/** Encryption of secrets at rest, and its keys. */
@NullMarked
package ai.nexadesk.webhooks.webhook.encryption;

import org.jspecify.annotations.NullMarked;
