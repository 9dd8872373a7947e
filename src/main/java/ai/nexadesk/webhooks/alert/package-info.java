/** Alert channels: where a workspace is told that a webhook fails, was disabled, or works again. */
@NullMarked
package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.NullMarked;
