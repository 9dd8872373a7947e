/** The fault suite. It breaks something under load, and checks that nothing was lost. */
@NullMarked
package ai.nexadesk.webhooks.bench.fault;

import org.jspecify.annotations.NullMarked;
