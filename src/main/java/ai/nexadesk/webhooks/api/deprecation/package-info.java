/** How calls of the REST API end: announced in every answer, long before. */
@NullMarked
package ai.nexadesk.webhooks.api.deprecation;

import org.jspecify.annotations.NullMarked;
