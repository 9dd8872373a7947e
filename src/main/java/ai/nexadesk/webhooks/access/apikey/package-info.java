/** API keys: what they may do, who may use them, the pages and the REST calls that manage them. */
@NullMarked
package ai.nexadesk.webhooks.access.apikey;

import org.jspecify.annotations.NullMarked;
