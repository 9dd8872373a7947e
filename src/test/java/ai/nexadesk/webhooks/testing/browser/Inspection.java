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
 * A walk through pages that notes what is wrong with any: axe finds no violation of WCAG 2.2 level AA, the browser has nothing
 * to complain about (our content security policy included), there is one title, no id is there twice, nothing has to be
 * scrolled sideways, no cell of a table is too small, and the page with all that it loads is less than 100 KB, compressed,
 * or 150 KB if it shows a secret, which is never compressed. With {@code -Dscreenshots=DIR} it also leaves a picture of each.
 */
public final class Inspection {

    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final String REPEATED_IDS =
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i || /[{ ]/.test(id))";
    /** What lies over its neighbour, although nothing has to be scrolled; an open menu may. */
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

    /** An open menu may cover parts of the page below it: then only the menu is checked. */
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

    /** With this browser, which was opened for this look. */
    public Inspection(Browser browser, Viewport look) {
        this.browser = browser;
        this.look = look;
    }

    /** Goes to a page and checks it; the name is for messages and pictures. */
    public void visit(String name, String path) {
        browser.go(path);
        check(name);
    }

    /** Checks the page that is shown. */
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
                .as("cells that are too small for what is in them on " + where)
                .isEqualTo(List.of());
        softly.assertThat(page.evaluate(REPEATED_IDS))
                .as("ids that are not unique on " + where)
                .isEqualTo(List.of());
        softly.assertThat((int) page.evaluate(LOADED_BYTES))
                .as("bytes of the first load of " + where)
                .isBetween(1, (boolean) page.evaluate(IS_COMPRESSED) ? BUDGET_BYTES : SECRET_BUDGET_BYTES);
        page.evaluate(AxeBuilder.getAxeScript());
        inColours(ColorScheme.LIGHT, where, name, Map.of("type", "tag", "values", WCAG));
        // Everything else is the same in the dark.
        inColours(ColorScheme.DARK, where, name, Map.of("type", "rule", "values", List.of("color-contrast")));
    }

    private void inColours(ColorScheme scheme, String where, String name, Map<String, Object> rules) {
        var page = browser.page();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        // Colours change over a moment, unless somebody ends it.
        page.evaluate("document.getAnimations().forEach(change => change.cancel())");
        if (SCREENSHOTS != null) {
            var file = Path.of(
                    SCREENSHOTS, name + "-" + look.word() + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png");
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

    /** Tells of all that is wrong. */
    public void end() {
        softly.assertThat(browser.complaints()).isEmpty();
        softly.assertAll();
    }
}
