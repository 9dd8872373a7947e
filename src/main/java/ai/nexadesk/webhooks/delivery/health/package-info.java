/** Webhooks that keep failing: streaks of failures, automatic disabling, and notices to admins. */
@NullMarked
package ai.nexadesk.webhooks.delivery.health;

import org.jspecify.annotations.NullMarked;
