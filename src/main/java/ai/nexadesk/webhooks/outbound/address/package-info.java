/** Where a request may go: parsing of endpoint URLs, name resolution, and the policy on addresses. */
@NullMarked
package ai.nexadesk.webhooks.outbound.address;

import org.jspecify.annotations.NullMarked;
