package ai.nexadesk.webhooks.testing.browser;

import ai.nexadesk.webhooks.testing.TestWorkspace;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.restassured.RestAssured;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Chromium window that records console errors and uncaught exceptions. If Chromium or its driver is missing, the
 * tests that open a window are skipped.
 */
public final class Browser implements AutoCloseable {

    /** The path of Chromium in Linux distributions. */
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    /** Every new context would start the disabled features: windows for suggestions, and a spare process. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess");

    private static final double PATIENCE_MILLIS = 15_000;

    /** Starting Chromium takes seconds. All tests of a run share it, but each has its own context. */
    private static com.microsoft.playwright.@Nullable Browser chromium;

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Browser(BrowserContext context) {
        this.context = context;
        context.setDefaultTimeout(PATIENCE_MILLIS);
        page = context.newPage();
        page.onConsoleMessage(this::note);
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
    }

    /** Opens a window with scripts and a desktop's size. */
    public static Browser open() {
        return open(new com.microsoft.playwright.Browser.NewContextOptions());
    }

    /** Opens a window with these options. */
    public static Browser open(com.microsoft.playwright.Browser.NewContextOptions options) {
        options.setBaseURL(RestAssured.baseURI + ":" + RestAssured.port).setLocale("en-GB");
        if (options.timezoneId == null) {
            options.setTimezoneId("UTC");
        }
        return new Browser(chromium().newContext(options));
    }

    private static synchronized com.microsoft.playwright.Browser chromium() {
        if (chromium == null) {
            Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "Skipped: there is no Chromium at " + CHROMIUM + ".");
            var playwright = driver();
            PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
            Runtime.getRuntime().addShutdownHook(new Thread(playwright::close));
            chromium = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(CHROMIUM)
                            .setArgs(ARGUMENTS));
        }
        return chromium;
    }

    private static Playwright driver() {
        try {
            return Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        } catch (PlaywrightException e) {
            throw e;
        } catch (RuntimeException e) {
            return Assumptions.abort(
                    "Skipped: the Maven profile \"browser\", which provides the browser's driver, is not active: "
                            + e.getMessage());
        }
    }

    /** The Playwright page, for anything that this class does not cover. */
    public Page page() {
        return page;
    }

    /** Opens a path of the application. */
    public void go(String path) {
        page.navigate(path);
    }

    /** Signs in on the sign-in page. */
    public void signIn(String email) {
        go("/login");
        page.getByLabel("Email address").fill(email);
        page.getByLabel("Password").fill(TestWorkspace.PASSWORD);
        button("Sign in").click();
        heading("Webhooks").waitFor();
    }

    /** A button by its exact name. */
    public Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** A link by its exact name. */
    public Locator link(String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The link of the newest log line for this event type. */
    public Locator line(String eventType) {
        return page.locator(".row-link")
                .filter(new Locator.FilterOptions().setHasText(eventType))
                .first();
    }

    /** A heading by its exact name. */
    public Locator heading(String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The message at the top of a page that reports the result of the last form. */
    public Locator flash() {
        return page.locator("#flash");
    }

    /** A region of a page by its label. */
    public Locator region(String name) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The rows of the table on the page. */
    public Locator rows() {
        return page.locator("main tbody tr");
    }

    /** The browser's complaints: console errors, policy violations, and uncaught exceptions. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void note(ConsoleMessage message) {
        // A page with the status 404 or 422 is not broken.
        boolean isPageItself = message.text().startsWith("Failed to load resource")
                && message.location().startsWith(page.url());
        if (!isPageItself && (message.type().equals("error") || message.type().equals("warning"))) {
            complaints.add(page.url() + ": " + message.text());
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
