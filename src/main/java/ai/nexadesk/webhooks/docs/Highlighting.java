package ai.nexadesk.webhooks.docs;

import io.quarkus.qute.RawString;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marks comments, strings and keywords in source code, accurately enough for the languages of {@link CodeSample}. */
final class Highlighting {

    private static final Pattern MARKED = Pattern.compile("""
            (?<comment>//.*|\\#.*|/\\*[\\s\\S]*?\\*/)
            |(?<string>""\"[\\s\\S]*?""\"|"(?:\\\\.|[^"\\\\\\n])*"|'(?:\\\\.|[^'\\\\\\n])*'|`[^`]*`)
            |(?<![.\\w])(?<keyword>async|await|catch|class|const|def|defer|do|else|end|except|export|final|for|from|func|function|if
                |import|in|let|new|package|private|public|raise|record|require|rescue|return|static|throw|throws|try|unless
                |use|using|var|void|while|with)\\b
            """, Pattern.COMMENTS);

    private Highlighting() {}

    /**
     * The code as markup, with {@code span} elements of the classes {@code code-comment}, {@code code-string} and
     * {@code code-keyword}.
     */
    static RawString markup(String code) {
        var found = MARKED.matcher(code);
        var markup = new StringBuilder();
        int end = 0;
        while (found.find()) {
            markup.append(safe(code.substring(end, found.start())))
                    .append("<span class=\"code-")
                    .append(kind(found))
                    .append("\">")
                    .append(safe(found.group()))
                    .append("</span>");
            end = found.end();
        }
        return new RawString(markup.append(safe(code.substring(end))).toString());
    }

    private static String kind(Matcher found) {
        if (found.group("comment") != null) {
            return "comment";
        }
        return found.group("string") != null ? "string" : "keyword";
    }

    private static String safe(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
