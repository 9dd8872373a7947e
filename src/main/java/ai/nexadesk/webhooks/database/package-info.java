/** Database access: the role and workspace of each transaction, SQL, and the clock. */
@NullMarked
package ai.nexadesk.webhooks.database;

import org.jspecify.annotations.NullMarked;
