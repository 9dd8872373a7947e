package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.ExcludePackages;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the pages, and all that are not in {@link ApiSuite} or {@link DeliverySuite}. */
@Suite
@SelectPackages("ai.nexadesk.webhooks")
@ExcludePackages({
    "ai.nexadesk.webhooks.access",
    "ai.nexadesk.webhooks.alert",
    "ai.nexadesk.webhooks.api",
    "ai.nexadesk.webhooks.delivery.dispatch",
    "ai.nexadesk.webhooks.delivery.health",
    "ai.nexadesk.webhooks.delivery.log",
    "ai.nexadesk.webhooks.delivery.pace",
    "ai.nexadesk.webhooks.delivery.queue",
    "ai.nexadesk.webhooks.delivery.retry",
    "ai.nexadesk.webhooks.embedded",
    "ai.nexadesk.webhooks.event",
    "ai.nexadesk.webhooks.outbound",
    "ai.nexadesk.webhooks.webhook"
})
class PagesSuite {}
