package ai.nexadesk.webhooks;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of authentication, REST, publishing, the evaluation mode and outgoing requests. */
@Suite
@SelectPackages({
    "ai.nexadesk.webhooks.access",
    "ai.nexadesk.webhooks.api",
    "ai.nexadesk.webhooks.embedded",
    "ai.nexadesk.webhooks.event",
    "ai.nexadesk.webhooks.outbound"
})
class ApiSuite {}
