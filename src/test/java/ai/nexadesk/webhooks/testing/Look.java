package ai.nexadesk.webhooks.testing;

import com.microsoft.playwright.options.ColorScheme;

import java.util.Locale;

/** Ways to look at a page. */
public enum Look {
    LIGHT(ColorScheme.LIGHT, 1280, 800),
    DARK(ColorScheme.DARK, 1280, 800),
    PHONE(ColorScheme.LIGHT, 390, 844),
    DARK_PHONE(ColorScheme.DARK, 390, 844);

    private final ColorScheme scheme;
    private final int width;
    private final int height;

    Look(ColorScheme scheme, int width, int height) {
        this.scheme = scheme;
        this.width = width;
        this.height = height;
    }

    /** A browser that looks so. */
    public Browser open() {
        return Browser.open(new com.microsoft.playwright.Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setViewportSize(width, height));
    }

    /** Whether it is a small one. */
    public boolean isPhone() {
        return width < 800;
    }

    /** As part of a file's name. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
