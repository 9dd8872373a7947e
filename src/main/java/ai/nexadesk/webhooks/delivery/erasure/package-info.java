/** Forgetting people: takes what is about a record or an e-mail address out of everything that was kept. */
@NullMarked
package ai.nexadesk.webhooks.delivery.erasure;

import org.jspecify.annotations.NullMarked;
