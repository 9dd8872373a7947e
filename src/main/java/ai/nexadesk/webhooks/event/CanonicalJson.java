package ai.nexadesk.webhooks.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.erdtman.jcs.NumberToJSON;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Copies one JSON value from a parser, writing it as JavaScript's {@code JSON.stringify(JSON.parse(text))} would:
 * ECMA-262, sections 25.5.1 and 25.5.2. Therefore, a receiver that parses and serializes a body gets the bytes that we
 * signed. Values that JavaScript would change, or that could harm a receiver, are rejected.
 */
final class CanonicalJson {

    /** Maximum nesting of objects and arrays; the outermost counts as one. */
    static final int MAX_DEPTH = 64;

    /** Maximum size of an event's data, in bytes as sent. */
    static final int MAX_BYTES = 256 * 1024;

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
    private static final int SAFE_DIGITS = 15;
    private static final int MAX_SAFE_DIGITS = 16;
    private static final long MAX_INDEX = (1L << 32) - 2;
    private static final int MAX_SHOWN = 60;
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final JsonParser parser;
    private final StringBuilder out = new StringBuilder(512);
    private final Deque<Object> path = new ArrayDeque<>();
    private final String root;
    private final int maxBytes;
    private int depth;

    private CanonicalJson(JsonParser parser, String root, int maxBytes) {
        this.parser = parser;
        this.root = root;
        this.maxBytes = maxBytes;
    }

    /**
     * Copies the parser's current value, and leaves the parser at its end.
     *
     * @param root the path of that value, for errors
     * @param maxBytes its maximum size in bytes, as sent
     * @throws InvalidEventException if the value is rejected
     */
    static String copy(JsonParser parser, String root, int maxBytes) throws IOException {
        var copy = new CanonicalJson(parser, root, maxBytes);
        copy.value();
        // A char needs at most three bytes, so most values need no counting.
        if (copy.out.length() * 3 > maxBytes
                && copy.out.toString().getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw tooLarge(root, maxBytes);
        }
        return copy.out.toString();
    }

    private record Member(String name, int start, int end) {

        /** The number in the name if JavaScript treats it as an array index; otherwise -1. */
        static long index(String name) {
            int length = name.length();
            if (length == 0 || length > 10 || length > 1 && name.charAt(0) == '0') {
                return -1;
            }
            long value = 0;
            for (int i = 0; i < length; i++) {
                char c = name.charAt(i);
                if (c < '0' || c > '9') {
                    return -1;
                }
                value = value * 10 + (c - '0');
            }
            return value <= MAX_INDEX ? value : -1;
        }
    }

    private void value() throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> string(parser.getText(), out);
            case VALUE_NUMBER_INT -> integer(parser.getText());
            case VALUE_NUMBER_FLOAT -> decimal(parser.getText());
            default -> out.append(parser.getText());
        }
        if (out.length() > maxBytes) {
            throw tooLarge(root, maxBytes);
        }
    }

    private void array() throws IOException {
        enter();
        out.append('[');
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i > 0) {
                out.append(',');
            }
            path.addLast(i);
            value();
            path.removeLast();
        }
        out.append(']');
        depth--;
    }

    private void object() throws IOException {
        enter();
        boolean isConstructor = "constructor".equals(path.peekLast());
        var names = new HashSet<String>();
        var members = new ArrayList<Member>();
        boolean indexed = false;
        out.append('{');
        int start = out.length();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            path.addLast(name);
            if (!names.add(name)) {
                throw refuse("duplicate_member", "this field occurs twice. Send each field once.");
            }
            if (name.equals("__proto__") || isConstructor && name.equals("prototype")) {
                throw refuse("unsafe_member", "this name can harm JavaScript receivers. Use a different name.");
            }
            if (out.length() > start) {
                out.append(',');
            }
            int from = out.length();
            string(name, out);
            out.append(':');
            parser.nextToken();
            value();
            path.removeLast();
            members.add(new Member(name, from, out.length()));
            indexed |= Member.index(name) >= 0;
        }
        if (indexed) {
            reorder(members, start);
        }
        out.append('}');
        depth--;
    }

    /**
     * JavaScript lists names that are array indexes first, in ascending order, and then the others in their original
     * order.
     */
    private void reorder(List<Member> members, int start) {
        var ordered = new ArrayList<>(members);
        ordered.sort(Comparator.comparingLong(member -> {
            long index = Member.index(member.name);
            return index < 0 ? Long.MAX_VALUE : index;
        }));
        var text = new StringBuilder(out.length() - start);
        for (var member : ordered) {
            if (text.length() > 0) {
                text.append(',');
            }
            text.append(out, member.start, member.end);
        }
        out.setLength(start);
        out.append(text);
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw refuse("too_deep", "more than " + MAX_DEPTH + " levels of nesting. Flatten the data.");
        }
    }

    private void integer(String text) {
        boolean negative = text.charAt(0) == '-';
        int digits = text.length() - (negative ? 1 : 0);
        if (digits > SAFE_DIGITS && (digits > MAX_SAFE_DIGITS || Math.abs(Long.parseLong(text)) > MAX_SAFE_INTEGER)) {
            throw refuse(
                    "unsafe_integer",
                    "this integer is beyond ±(2^53-1), so JavaScript receivers would read a different value. Send it as a string.");
        }
        // JSON.stringify writes negative zero as 0.
        out.append(text.equals("-0") ? "0" : text);
    }

    private void decimal(String text) throws IOException {
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw refuse("number_overflow", "this number is too large for a double. Send it as a string.");
        }
        out.append(NumberToJSON.serializeNumber(number));
    }

    /** Writes a JSON string with the escapes of {@code JSON.stringify} and no others. */
    static void string(String text, StringBuilder out) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            out.append(text, plain, i);
            escape(c, out);
            plain = i + 1;
        }
        out.append(text, plain, text.length()).append('"');
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            }
        }
    }

    private static InvalidEventException tooLarge(String path, int maxBytes) {
        return InvalidEventException.at(
                "data_too_large", path, "it has more than " + maxBytes / 1024 + " KiB. Send less data.");
    }

    private InvalidEventException refuse(String code, String reason) {
        var where = root;
        for (var step : path) {
            where = step instanceof Integer index ? where + "[" + index + "]" : step(where, step.toString());
        }
        return InvalidEventException.at(code, where, reason);
    }

    /** The path of a member for messages: unusual names are quoted and long ones truncated. */
    static String step(String parent, String name) {
        var shown = name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) + "…" : name;
        if (PLAIN_NAME.matcher(shown).matches()) {
            return parent + "." + shown;
        }
        var quoted = new StringBuilder(parent).append('[');
        string(shown, quoted);
        return quoted.append(']').toString();
    }
}
