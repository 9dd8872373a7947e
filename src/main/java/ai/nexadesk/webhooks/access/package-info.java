/** The caller and their permissions: workspaces, people, sessions, API keys, roles and the audit log. */
@NullMarked
package ai.nexadesk.webhooks.access;

import org.jspecify.annotations.NullMarked;
