/** The events feed: a workspace's events in a stable order. */
@NullMarked
package ai.nexadesk.webhooks.event.feed;

import org.jspecify.annotations.NullMarked;
