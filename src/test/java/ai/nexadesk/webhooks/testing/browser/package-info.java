/** A real browser, and the inspection of pages in it. */
@NullMarked
package ai.nexadesk.webhooks.testing.browser;

import org.jspecify.annotations.NullMarked;
