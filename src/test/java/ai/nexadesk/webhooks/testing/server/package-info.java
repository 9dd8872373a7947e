/** Programs that tests start: the packaged application, brokers, mail servers, web servers, and a proxy. */
@NullMarked
package ai.nexadesk.webhooks.testing.server;

import org.jspecify.annotations.NullMarked;
