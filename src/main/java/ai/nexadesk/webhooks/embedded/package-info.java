/**
 * The evaluation mode: embedded PostgreSQL, demo workspace, and inbox. The only package that production does not need.
 */
@NullMarked
package ai.nexadesk.webhooks.embedded;

import org.jspecify.annotations.NullMarked;
