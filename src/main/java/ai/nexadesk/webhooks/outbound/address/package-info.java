/** Destinations of requests: endpoint URLs, name resolution, and the address policy. */
@NullMarked
package ai.nexadesk.webhooks.outbound.address;

import org.jspecify.annotations.NullMarked;
