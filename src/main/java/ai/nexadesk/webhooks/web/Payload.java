package ai.nexadesk.webhooks.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.io.IOException;

/**
 * Formats a body as markup. Responses are untrusted: everything is escaped, invisible and direction-changing characters are written
 * out, and deep nesting cannot inflate the page by indentation.
 */
final class Payload {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int DEEPEST_INDENT = 20;

    private final StringBuilder out = new StringBuilder();

    private Payload() {}

    /** JSON, indented and colored with {@code .json-…} spans; any other text is escaped and otherwise unchanged. */
    static String markup(String body) {
        String start = body.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            Payload payload = new Payload();
            try (JsonParser json = JSON.createParser(body)) {
                payload.write(json);
                return payload.out.toString();
            } catch (IOException notJson) {
                // Truncated, or not JSON; shown unchanged.
            }
        }
        return escape(visible(body));
    }

    private void write(JsonParser json) throws IOException {
        int depth = 0;
        boolean first = true;
        boolean afterName = false;
        boolean complete = false;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (complete) {
                throw new IOException("more than one value");
            }
            if (token.isStructEnd()) {
                depth--;
                if (!first) {
                    line(depth);
                }
                out.append(token.asString());
                first = false;
                afterName = false;
                complete = depth == 0;
                continue;
            }
            if (!afterName && depth > 0) {
                out.append(first ? "" : ",");
                line(depth);
            }
            first = false;
            afterName = token == JsonToken.FIELD_NAME;
            if (token.isStructStart()) {
                out.append(token.asString());
                depth++;
                first = true;
            } else {
                scalar(json, token);
            }
        }
        if (!complete) {
            throw new IOException("truncated");
        }
    }

    private void scalar(JsonParser json, JsonToken token) throws IOException {
        switch (token) {
            case FIELD_NAME -> {
                span("key", quoted(json.currentName()));
                out.append(": ");
            }
            case VALUE_STRING -> span("string", quoted(json.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> span("number", json.getText());
            default -> span("word", json.getText());
        }
    }

    private void line(int depth) {
        out.append('\n').append("  ".repeat(Math.min(depth, DEEPEST_INDENT)));
    }

    private void span(String kind, String text) {
        out.append("<span class=\"json-")
                .append(kind)
                .append("\">")
                .append(escape(text))
                .append("</span>");
    }

    private static String quoted(String text) {
        return '"' + visible(new String(JsonStringEncoder.getInstance().quoteAsString(text))) + '"';
    }

    /**
     * Text in which control characters (except line ends and tabs), direction overrides and lone surrogates are written
     * like {@code \\u202e}.
     */
    static String visible(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isInvisible(c)) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\n' && c != '\t' && c != '\r';
            case Character.FORMAT -> c != 0x200D && c != 0x200C && c < 0xE0000;
            case Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }
}
