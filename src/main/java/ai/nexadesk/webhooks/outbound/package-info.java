/** One signed HTTP request and its outcome. Knows no database and no framework but the HTTP client. */
@NullMarked
package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.NullMarked;
