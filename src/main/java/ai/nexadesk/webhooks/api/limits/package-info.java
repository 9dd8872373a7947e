/** Rate limits and idempotency keys of the REST API. */
@NullMarked
package ai.nexadesk.webhooks.api.limits;

import org.jspecify.annotations.NullMarked;
