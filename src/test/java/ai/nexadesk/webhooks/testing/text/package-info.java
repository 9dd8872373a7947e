/** Odd and random text, and a JavaScript engine for comparison. */
@NullMarked
package ai.nexadesk.webhooks.testing.text;

import org.jspecify.annotations.NullMarked;
