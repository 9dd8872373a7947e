/** Odd and random text, and a JavaScript engine to compare with. */
@NullMarked
package ai.nexadesk.webhooks.testing.text;

import org.jspecify.annotations.NullMarked;
