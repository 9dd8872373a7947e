package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of authentication, REST, publishing and the evaluation mode. */
@Suite
@SelectPackages({
    "ai.nexadesk.webhooks.access",
    "ai.nexadesk.webhooks.api",
    "ai.nexadesk.webhooks.embedded",
    "ai.nexadesk.webhooks.event"
})
class ApiSuite {}
