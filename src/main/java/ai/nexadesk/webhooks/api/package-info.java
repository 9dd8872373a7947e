/** What all REST resources share: envelope, errors, pagination. */
@NullMarked
package ai.nexadesk.webhooks.api;

import org.jspecify.annotations.NullMarked;
