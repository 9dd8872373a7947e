package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.ExcludePackages;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the pages and of everything else that is not in {@link ApiSuite} or {@link DeliverySuite}. */
@Suite
@SelectPackages("ai.nexadesk.webhooks")
@ExcludePackages({
    "ai.nexadesk.webhooks.access",
    "ai.nexadesk.webhooks.alert",
    "ai.nexadesk.webhooks.api",
    "ai.nexadesk.webhooks.delivery",
    "ai.nexadesk.webhooks.embedded",
    "ai.nexadesk.webhooks.event",
    "ai.nexadesk.webhooks.outbound",
    "ai.nexadesk.webhooks.webhook"
})
class PagesSuite {}
