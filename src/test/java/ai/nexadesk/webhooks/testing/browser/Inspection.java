package ai.nexadesk.webhooks.testing.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Visits pages and records their problems. On every page, axe must find no violation of WCAG 2.2 level AA, and the
 * browser must have no complaint, including violations of our content security policy. There must be one level-1 heading and no
 * repeated ID. Nothing may scroll sideways, and no table cell may be too small. The page with everything that it loads
 * must be smaller than 100 KB, compressed. If it shows a secret, it is never compressed, and the limit is 150 KB.
 * {@code -Dscreenshots=DIR} also saves a screenshot of each page.
 */
public final class Inspection {

    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final String REPEATED_IDS =
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i || /[{ ]/.test(id))";
    /** Content that covers its neighbor even though nothing scrolls. An open menu may do that. */
    private static final String TOO_WIDE =
            "[...document.querySelectorAll('main :is(td:not(.corner), .card-body)')].filter(e => e.scrollWidth > e.clientWidth + 1)"
                    + ".map(e => e.textContent.trim())";

    private static final String LOADED_BYTES =
            "performance.getEntries().filter(e => e.encodedBodySize && e.initiatorType !== 'xmlhttprequest')"
                    + ".reduce((sum, e) => sum + e.encodedBodySize, 0)";
    private static final String IS_COMPRESSED =
            "(e => e.encodedBodySize < e.decodedBodySize)(performance.getEntriesByType('navigation')[0])";
    private static final int BUDGET_BYTES = 100_000;
    private static final int SECRET_BUDGET_BYTES = 150_000;

    private static final @Nullable String SCREENSHOTS = System.getProperty("screenshots");

    /** An open menu may cover parts of the page below it, so only the menu is checked then. */
    private static final String VIOLATIONS = """
            async rules => {
                const context = document.querySelector('details.menu[open]') ?? document;
                const results = await axe.run(context, {runOnly: rules, resultTypes: ['violations']});
                return results.violations.map(rule =>
                    `${rule.id}: ${rule.nodes.map(node => `${node.html} – ${node.failureSummary}`).join('; ')}`);
            }""";

    private final Browser browser;
    private final Viewport look;
    private final SoftAssertions softly = new SoftAssertions();
    private final List<String> visited = new ArrayList<>();

    /** Uses this browser, which was opened with this viewport. */
    public Inspection(Browser browser, Viewport look) {
        this.browser = browser;
        this.look = look;
    }

    /** Opens a page and checks it. The name is for messages and screenshots. */
    public void visit(String name, String path) {
        browser.go(path);
        check(name);
    }

    /** Checks the current page. */
    public void check(String name) {
        var page = browser.page();
        var where = name + ", " + look;
        visited.add(java.net.URI.create(page.url()).getPath());
        softly.assertThat(page.locator("h1").allTextContents())
                .as("h1 of " + where)
                .hasSize(1)
                .doesNotContain("Something went wrong");
        softly.assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels to scroll sideways on " + where)
                .isEqualTo(0);
        softly.assertThat(page.evaluate(TOO_WIDE))
                .as("cells that are too small for their content on " + where)
                .isEqualTo(List.of());
        softly.assertThat(page.evaluate(REPEATED_IDS))
                .as("IDs that are not unique on " + where)
                .isEqualTo(List.of());
        softly.assertThat((int) page.evaluate(LOADED_BYTES))
                .as("bytes of the first load of " + where)
                .isBetween(1, (boolean) page.evaluate(IS_COMPRESSED) ? BUDGET_BYTES : SECRET_BUDGET_BYTES);
        page.evaluate(AxeBuilder.getAxeScript());
        inColors(ColorScheme.LIGHT, where, name, Map.of("type", "tag", "values", WCAG));
        // Everything else is the same in dark mode.
        inColors(ColorScheme.DARK, where, name, Map.of("type", "rule", "values", List.of("color-contrast")));
    }

    private void inColors(ColorScheme scheme, String where, String name, Map<String, Object> rules) {
        var page = browser.page();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        // Colors change gradually unless the animations are canceled.
        page.evaluate("document.getAnimations().forEach(change => change.cancel())");
        if (SCREENSHOTS != null) {
            var file = Path.of(
                    SCREENSHOTS, name + "-" + look.value() + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png");
            page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
        }
        softly.assertThat((List<?>) page.evaluate(VIOLATIONS, rules))
                .as("violations on " + where + ", " + scheme)
                .isEmpty();
    }

    /** The paths of all pages that were checked. */
    public List<String> visited() {
        return List.copyOf(visited);
    }

    /** Reports all problems. */
    public void end() {
        softly.assertThat(browser.complaints()).isEmpty();
        softly.assertAll();
    }
}
