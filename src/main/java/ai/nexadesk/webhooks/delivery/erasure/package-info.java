/** Erases everything about a record or an email address. */
@NullMarked
package ai.nexadesk.webhooks.delivery.erasure;

import org.jspecify.annotations.NullMarked;
