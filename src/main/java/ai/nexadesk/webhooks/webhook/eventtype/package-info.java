/** Event types for people and programs: pages and the REST API. */
@NullMarked
package ai.nexadesk.webhooks.webhook.eventtype;

import org.jspecify.annotations.NullMarked;
