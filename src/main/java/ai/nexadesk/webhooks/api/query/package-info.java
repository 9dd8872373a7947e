/** Parameters of lists: filters with several values, times, and pages of long lists. */
@NullMarked
package ai.nexadesk.webhooks.api.query;

import org.jspecify.annotations.NullMarked;
