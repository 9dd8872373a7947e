package ai.nexadesk.webhooks.testing.text;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Random;

/** Generates JSON with the features in which JSON writers differ. The same seed gives the same texts. */
public final class RandomJson {

    private static final String[] NUMBERS = {
        "0",
        "-0",
        "-0.0",
        "0e5",
        "1.0",
        "-1.50",
        "1e21",
        "1E+20",
        "123456789012345680000.0",
        "1e-7",
        "0.000001",
        "5e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "9007199254740991",
        "-9007199254740991",
        "9007199254740993.0",
        "0.1e-400",
        "4.35",
        "333333333.33333329",
        "1e23",
        "2.98023223876953125e-8",
        "100E-2"
    };
    private static final String[] NAMES = {
        "id",
        "",
        "0",
        "00",
        "-1",
        "1.0",
        "10",
        "9",
        "4294967294",
        "4294967295",
        "2147483648",
        "toString",
        "constructor",
        "é",
        "\ud83d",
        "\ude00",
        "\ud83d\ude00",
        "\u2028",
        "a\"b",
        "\\",
        "/",
        "\u0000",
        "prototype",
        "name with spaces"
    };
    private static final String[] PIECES = {
        "plain",
        "\"",
        "\\",
        "/",
        "\b\f\n\r\t",
        "\u0000",
        "\u001f",
        "\u007f",
        "\u0080",
        "é",
        "\u2028\u2029",
        "\ufeff",
        "\uffff",
        "日本",
        "\ud83d\ude00",
        "\ud83d",
        "\ude00",
        "</script>",
        "\ud83d\ud83d\ude00\ude00"
    };

    private final Random random;

    public RandomJson(long seed) {
        random = new Random(seed);
    }

    /** An object with at most this many levels of nesting. */
    public String object(int depth) {
        var names = new LinkedHashSet<String>();
        for (int i = random.nextInt(8); i > 0; i--) {
            names.add(name());
        }
        var json = new StringBuilder("{").append(space());
        for (var name : names) {
            json.append(json.indexOf(":") < 0 ? "" : ",")
                    .append(space())
                    .append(string(name))
                    .append(space())
                    .append(':');
            json.append(space())
                    .append(name.equals("constructor") ? "null" : value(depth))
                    .append(space());
        }
        return json.append('}').toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0, 1 -> number();
            case 2, 3 -> string(text());
            case 4 -> random.nextBoolean() ? "true" : "false";
            case 5 -> "null";
            case 6 -> array(depth - 1);
            default -> object(depth - 1);
        };
    }

    private String array(int depth) {
        var json = new StringBuilder("[");
        for (int i = random.nextInt(5); i > 0; i--) {
            json.append(space()).append(value(depth)).append(i > 1 ? "," : space());
        }
        return json.append(']').toString();
    }

    private String number() {
        return switch (random.nextInt(5)) {
            case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 1 -> Long.toString(random.nextLong() >> 11);
            case 2 -> String.format(Locale.ROOT, "%.2f", random.nextGaussian() * 10_000);
            case 3 -> random.nextInt(1_000_000) + "." + random.nextInt(1_000_000) + "e" + (random.nextInt(600) - 300);
            default -> finite(random.nextLong());
        };
    }

    private static String finite(long bits) {
        double number = Double.longBitsToDouble(bits);
        return Double.isFinite(number) ? Double.toString(number) : "0.5";
    }

    private String name() {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(200));
            case 1 -> text();
            default -> NAMES[random.nextInt(NAMES.length)];
        };
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /**
     * A string with a mix of raw and escaped characters. Characters that JSON or UTF-8 does not allow raw are always
     * escaped.
     */
    private String string(String text) {
        var json = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            boolean mustEscape = c < ' ' || c == '"' || c == '\\' || c >= 0xd800 && c <= 0xdfff;
            if (mustEscape || random.nextInt(3) == 0) {
                for (char unit : Character.toChars(c)) {
                    json.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) unit));
                }
            } else {
                json.appendCodePoint(c);
            }
        });
        return json.append('"').toString();
    }

    private String space() {
        return random.nextInt(8) == 0 ? " \n\t\r".substring(random.nextInt(4)) : "";
    }
}
