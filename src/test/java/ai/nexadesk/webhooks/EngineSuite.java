package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of REST and of what becomes of an event. They run beside {@link PagesSuite} and take about as long. */
@Suite
@SelectPackages({
    "ai.nexadesk.webhooks.api",
    "ai.nexadesk.webhooks.delivery",
    "ai.nexadesk.webhooks.embedded",
    "ai.nexadesk.webhooks.event",
    "ai.nexadesk.webhooks.outbound"
})
class EngineSuite {}
