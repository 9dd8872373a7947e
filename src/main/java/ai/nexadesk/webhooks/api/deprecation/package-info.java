/** The deprecation of REST API calls, which every response announces well in advance. */
@NullMarked
package ai.nexadesk.webhooks.api.deprecation;

import org.jspecify.annotations.NullMarked;
