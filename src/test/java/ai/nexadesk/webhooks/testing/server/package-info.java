/** Programs that tests start: the packaged application, brokers, mail and web servers, a proxy. */
@NullMarked
package ai.nexadesk.webhooks.testing.server;

import org.jspecify.annotations.NullMarked;
