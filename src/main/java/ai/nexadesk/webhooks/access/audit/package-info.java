/** The audit log: who changed what, when, and from where. */
@NullMarked
package ai.nexadesk.webhooks.access.audit;

import org.jspecify.annotations.NullMarked;
