/** Signing in: passwords, OpenID Connect, sessions, and the first admin of a new installation. */
@NullMarked
package ai.nexadesk.webhooks.access.signin;

import org.jspecify.annotations.NullMarked;
