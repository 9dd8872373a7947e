/** The guides for receivers: public pages. */
@NullMarked
package ai.nexadesk.webhooks.docs;

import org.jspecify.annotations.NullMarked;
