/** Publishing over HTTP. */
@NullMarked
package ai.nexadesk.webhooks.event.http;

import org.jspecify.annotations.NullMarked;
