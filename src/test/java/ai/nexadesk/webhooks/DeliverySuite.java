package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Most tests of deliveries, and those of webhooks, alerts and outgoing requests. The suites run in parallel and take about equally long. */
@Suite
@SelectPackages({
    "ai.nexadesk.webhooks.alert",
    "ai.nexadesk.webhooks.delivery.dispatch",
    "ai.nexadesk.webhooks.delivery.health",
    "ai.nexadesk.webhooks.delivery.log",
    "ai.nexadesk.webhooks.delivery.pace",
    "ai.nexadesk.webhooks.delivery.queue",
    "ai.nexadesk.webhooks.delivery.retry",
    "ai.nexadesk.webhooks.outbound",
    "ai.nexadesk.webhooks.webhook"
})
class DeliverySuite {}
