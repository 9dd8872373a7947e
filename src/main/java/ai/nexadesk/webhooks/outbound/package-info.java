/** One signed HTTP request and its outcome. Independent of the database and of frameworks, except for the HTTP client. */
@NullMarked
package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.NullMarked;
