/** Who is calling and what they may see: workspaces, people, sessions, API keys, roles and the audit log. */
@NullMarked
package ai.nexadesk.webhooks.access;

import org.jspecify.annotations.NullMarked;
