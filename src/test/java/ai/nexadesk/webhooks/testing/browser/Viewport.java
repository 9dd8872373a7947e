package ai.nexadesk.webhooks.testing.browser;

import java.util.Locale;

/** Window sizes for tests of pages. */
public enum Viewport {
    DESKTOP(1280, 800),
    PHONE(390, 844);

    private final int width;
    private final int height;

    Viewport(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** Opens a browser with this window size. */
    public Browser open() {
        return Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(width, height));
    }

    public boolean isPhone() {
        return width < 800;
    }

    /** The name in lowercase, for file names. */
    String value() {
        return name().toLowerCase(Locale.ROOT);
    }
}
