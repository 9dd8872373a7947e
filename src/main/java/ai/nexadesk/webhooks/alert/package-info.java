/** Alert channels: where a workspace gets alerts when a webhook fails, is disabled, or works again. */
@NullMarked
package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.NullMarked;
