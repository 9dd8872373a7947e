/** API keys: their permissions, and the pages and REST calls that manage them. */
@NullMarked
package ai.nexadesk.webhooks.access.apikey;

import org.jspecify.annotations.NullMarked;
