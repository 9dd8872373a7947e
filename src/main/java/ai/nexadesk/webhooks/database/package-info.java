/** In which role, and for which workspace, the database is asked: what it shows depends on both. */
@NullMarked
package ai.nexadesk.webhooks.database;

import org.jspecify.annotations.NullMarked;
