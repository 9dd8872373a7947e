/** Keeps to the pace of webhooks that have one, on all replicas together. */
@NullMarked
package ai.nexadesk.webhooks.delivery.pace;

import org.jspecify.annotations.NullMarked;
