/** Public guides for receivers. */
@NullMarked
package ai.nexadesk.webhooks.docs;

import org.jspecify.annotations.NullMarked;
