/** Hourly counts of deliveries, and the figures and charts based on them. */
@NullMarked
package ai.nexadesk.webhooks.delivery.stats;

import org.jspecify.annotations.NullMarked;
