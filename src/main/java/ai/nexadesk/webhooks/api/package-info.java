/** The parts that all REST resources share: response format, errors, and pagination. */
@NullMarked
package ai.nexadesk.webhooks.api;

import org.jspecify.annotations.NullMarked;
