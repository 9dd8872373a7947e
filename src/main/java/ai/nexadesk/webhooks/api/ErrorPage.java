package ai.nexadesk.webhooks.api;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The page that says what went wrong. */
final class ErrorPage {

    private ErrorPage() {}

    @CheckedTemplate(basePath = "")
    record error(int status, String words) implements TemplateInstance {}

    /** Only the words, for a page that is there already. */
    @CheckedTemplate(basePath = "")
    record error$words(String words) implements TemplateInstance {}
}
