package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * The tests of webhooks, deliveries, and alerts. They run in parallel with {@link ApiSuite} and {@link PagesSuite}, and
 * take about as long.
 */
@Suite
@SelectPackages({
    "ai.nexadesk.webhooks.alert",
    "ai.nexadesk.webhooks.delivery",
    "ai.nexadesk.webhooks.outbound",
    "ai.nexadesk.webhooks.webhook"
})
class DeliverySuite {}
