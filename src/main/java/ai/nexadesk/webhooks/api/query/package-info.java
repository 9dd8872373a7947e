/** What programs ask lists for: several values of a filter, times, and a page of a list that is long. */
@NullMarked
package ai.nexadesk.webhooks.api.query;

import org.jspecify.annotations.NullMarked;
