package ai.nexadesk.webhooks.web;

import io.quarkus.qute.EngineBuilder;

import java.util.regex.Pattern;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Removes the indentation of templates at build time. Line breaks stay, because browsers show them as spaces between
 * inline elements. Inserted values are not changed, so text in {@code <pre>} and {@code <textarea>} keeps its
 * indentation.
 */
@Singleton
class CompactTemplates {

    private static final Pattern INDENTATION = Pattern.compile("^[ \\t]+", Pattern.MULTILINE);

    void register(@Observes EngineBuilder engine) {
        engine.addParserHook(template -> template.addContentFilter(CompactTemplates::compact));
    }

    static String compact(String source) {
        return INDENTATION.matcher(source).replaceAll("").stripTrailing();
    }
}
