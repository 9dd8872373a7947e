/** Enforces the pace of webhooks across all replicas. */
@NullMarked
package ai.nexadesk.webhooks.delivery.pace;

import org.jspecify.annotations.NullMarked;
