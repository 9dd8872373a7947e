/** The events of a workspace in one order that never changes, for programs that fetch them. */
@NullMarked
package ai.nexadesk.webhooks.event.feed;

import org.jspecify.annotations.NullMarked;
