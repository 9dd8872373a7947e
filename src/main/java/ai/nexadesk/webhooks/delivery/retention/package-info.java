/** Daily partitions of the log: created ahead of time, dropped when they are too old. */
@NullMarked
package ai.nexadesk.webhooks.delivery.retention;

import org.jspecify.annotations.NullMarked;
