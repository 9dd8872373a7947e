/** The guides for those who receive what we send: public pages. */
@NullMarked
package ai.nexadesk.webhooks.docs;

import org.jspecify.annotations.NullMarked;
