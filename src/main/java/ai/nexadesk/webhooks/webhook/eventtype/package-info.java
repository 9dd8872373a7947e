/** Event types for people and programs: pages and REST. */
@NullMarked
package ai.nexadesk.webhooks.webhook.eventtype;

import org.jspecify.annotations.NullMarked;
