/** Protects the HTTP server: checks each request before a resource sees it, and limits how long it may take. */
@NullMarked
package ai.nexadesk.webhooks.api.guard;

import org.jspecify.annotations.NullMarked;
