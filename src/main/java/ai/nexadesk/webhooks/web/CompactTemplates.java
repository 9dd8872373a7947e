package ai.nexadesk.webhooks.web;

import io.quarkus.qute.EngineBuilder;

import java.util.regex.Pattern;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Lets templates be indented for people without sending the indentation. Line breaks stay: between two inline elements
 * they are the space that a browser shows. Values are not touched, so {@code <pre>} and {@code <textarea>} keep theirs.
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
