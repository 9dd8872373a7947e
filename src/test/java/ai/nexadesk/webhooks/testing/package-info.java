/** Helpers that tests of several packages share. */
@NullMarked
package ai.nexadesk.webhooks.testing;

import org.jspecify.annotations.NullMarked;
