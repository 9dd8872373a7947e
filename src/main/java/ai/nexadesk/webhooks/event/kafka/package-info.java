/** Events from Kafka: reading, publishing, and dead letters. */
@NullMarked
package ai.nexadesk.webhooks.event.kafka;

import org.jspecify.annotations.NullMarked;
