package ai.nexadesk.webhooks.api;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The error page. */
final class ErrorPage {

    private ErrorPage() {}

    static TemplateInstance of(int status, String message) {
        return new error(
                switch (status) {
                    case 403 -> "Not allowed";
                    case 404 -> "Not found";
                    case 429 -> "Too many requests";
                    default -> "Something went wrong";
                },
                message);
    }

    @CheckedTemplate(basePath = "")
    record error(String heading, String message) implements TemplateInstance {}

    /** The message alone, to insert into the current page. */
    @CheckedTemplate(basePath = "")
    record error$message(String message) implements TemplateInstance {}
}
