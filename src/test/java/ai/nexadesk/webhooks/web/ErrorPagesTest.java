package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

@QuarkusTest
@DisplayName("An error page")
class ErrorPagesTest {

    private final Api api = Api.ofNewWorkspace();

    @ParameterizedTest
    @CsvSource({
        "/settings/api-keys, 403, Not allowed",
        "/settings/webhooks/wh_none, 404, Not found",
        "/settings/no/such/page, 404, Not found",
        "/settings/webhooks/wh_none/ping, 405, Something went wrong",
        "/settings/probe/bug, 500, Something went wrong"
    })
    @DisplayName("links back, and has the normal layout for people who are signed in")
    void signedIn(String path, int status, String heading) {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().agent());
            assertThat(browser.page().navigate(path).status()).isEqualTo(status);
            assertThat(browser.page().locator("h1")).hasText(heading);
            assertThat(browser.page().locator(".account-name")).containsText("Agent");
            assertThat(browser.link("Needs attention")).isVisible();
            browser.page().getByText("Preferences").click();
            browser.page().getByLabel("Dark").check();
            browser.button("Apply").click();
            assertThat(browser.page().locator("html")).hasAttribute("data-theme", "dark");

            browser.go(path);
            browser.page()
                    .getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Breadcrumbs"))
                    .getByText("Webhooks")
                    .click();
            assertThat(browser.heading("Webhooks")).isVisible();
            browser.go(path);
            browser.button("Sign out").click();
            assertThat(browser.heading("Sign in")).isVisible();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("is shown even if the identity cannot be determined")
    void unrecognized() {
        var visitor = Visitor.signedIn(api.workspace().agent());
        new Sql().run("revoke select on session from nexadesk_entry");
        try {
            visitor.get("/settings/no/such/page").then().statusCode(404).body(containsString("<h1>Not found</h1>"));
            visitor.get("/settings/webhooks")
                    .then()
                    .statusCode(500)
                    .body(containsString("Something went wrong on our side. Reference "));
        } finally {
            new Sql().run("grant select on session to nexadesk_entry");
        }
    }

    @Test
    @DisplayName("is not needed if a part of a page fails: the page shows the error until the part succeeds")
    void part() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().agent());
            browser.go("/settings/needs-attention");
            new Sql().run("revoke select on delivery from nexadesk_workspace");
            try {
                browser.page().getByLabel("Response").selectOption("5xx");
                assertThat(browser.flash()).containsText("Something went wrong on our side. Reference ");
                assertThat(browser.region("Failed deliveries")).containsText("No failed deliveries.");
            } finally {
                new Sql().run("grant select on delivery to nexadesk_workspace");
            }
            browser.page().getByLabel("Response").selectOption("4xx");
            assertThat(browser.region("Failed deliveries")).containsText("No deliveries match these filters.");
            assertThat(browser.flash()).isEmpty();
        }
    }

    @Test
    @DisplayName("is not needed if the server is unreachable: the current page says so until it is reachable")
    void offline() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().agent());
            browser.go("/settings/needs-attention");
            browser.page().context().setOffline(true);
            browser.page().getByLabel("Response").selectOption("5xx");
            assertThat(browser.flash()).hasText("Can't reach NexaDesk. Check your connection, then try again.");
            browser.page().context().setOffline(false);
            browser.page().getByLabel("Response").selectOption("4xx");
            assertThat(browser.flash()).isEmpty();
        }
    }

    @Test
    @DisplayName("shows strangers nothing that is useful only to people who are signed in")
    void stranger() {
        try (var browser = Browser.open()) {
            browser.go("/settings/no/such/page");
            assertThat(browser.page().locator("h1")).hasText("Not found");
            assertThat(browser.page().locator("nav")).hasCount(0);
            browser.link("Go to your webhooks").click();
            assertThat(browser.heading("Sign in")).isVisible();
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
