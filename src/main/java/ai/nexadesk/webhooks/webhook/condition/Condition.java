package ai.nexadesk.webhooks.webhook.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One comparison. A field that is absent or null matches only {@code does_not_exist}. An object or a list is neither
 * equal to nor different from anything. Numbers and booleans can be given as text.
 *
 * @param field a path into {@code data} with dots, such as {@code attachments.0.name}; a previous value such as
 *     {@code previous.pipeline_stage}; {@code changed}; or {@code event}
 * @param operator the API name of an {@link Operator}
 * @param value the value to compare with: a text, number or boolean, or a list of them for {@code is_one_of}; null if
 *     the operator takes none
 */
public record Condition(
        @Nullable String field,
        @Nullable String operator,
        @Nullable JsonNode value) {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");

    private static final Pattern PLAIN = Pattern.compile("[^\\s\",]+");

    /** Maximum characters of a time such as 2026-03-20T14:00:00Z, or of a date; longer text is not parsed. */
    private static final int LONGEST_TIME = 40;

    private static final int DATE = 10;

    /** Whether the event meets it. */
    boolean matches(EventFacts event) {
        var found = event.at(Objects.requireNonNull(field));
        boolean exists = !found.isMissingNode() && !found.isNull();
        var wanted = values().stream().map(Wanted::of).toList();
        return switch (parsed()) {
            case EXISTS -> exists;
            case DOES_NOT_EXIST -> !exists;
            case IS, IS_ONE_OF -> isAny(wanted, found);
            case IS_NOT -> isComparable(found) && !isAny(wanted, found);
            case CONTAINS ->
                found.isArray()
                        ? StreamSupport.stream(found.spliterator(), false).anyMatch(member -> isAny(wanted, member))
                        : found.isTextual() && found.textValue().contains(values().get(0));
            case STARTS_WITH -> found.isTextual() && found.textValue().startsWith(values().get(0));
            case GREATER -> isOrdered(found, 1);
            case LESS -> isOrdered(found, -1);
        };
    }

    /** The operator, which was validated when it was saved. */
    private Operator parsed() {
        return Operator.of(Objects.requireNonNull(operator)).orElseThrow();
    }

    /** The values as text. */
    List<String> values() {
        return value == null || value.isNull()
                ? List.of()
                : value.isArray()
                        ? StreamSupport.stream(value.spliterator(), false)
                                .map(JsonNode::asText)
                                .toList()
                        : List.of(value.asText());
    }

    /** A value as text and as a number. A value that is not a number has NaN, which equals nothing. */
    private record Wanted(String text, double number) {

        static Wanted of(String text) {
            return new Wanted(text, isNumber(text) ? Double.parseDouble(text) : Double.NaN);
        }

        boolean is(JsonNode found) {
            return found.isNumber()
                    ? found.doubleValue() == number
                    : isComparable(found) && found.asText().equals(text);
        }
    }

    private static boolean isAny(List<Wanted> wanted, JsonNode found) {
        for (var one : wanted) {
            if (one.is(found)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isComparable(JsonNode found) {
        return found.isTextual() || found.isNumber() || found.isBoolean();
    }

    private static boolean isNumber(String text) {
        return text.length() <= 100 && NUMBER.matcher(text).matches();
    }

    /** Whether the field is on this side of the value. Compares two numbers or two times. */
    private boolean isOrdered(JsonNode found, int side) {
        if (!found.isNumber() && !found.isTextual()) {
            return false;
        }
        var text = found.asText();
        var wanted = values().get(0);
        if ((found.isNumber() || isNumber(text)) && isNumber(wanted)) {
            double number = found.isNumber() ? found.doubleValue() : Double.parseDouble(text);
            return Integer.signum(Double.compare(number, Double.parseDouble(wanted))) == side;
        }
        var time = found.isTextual() ? time(text) : null;
        var wantedTime = time(wanted);
        return time != null && wantedTime != null && Integer.signum(time.compareTo(wantedTime)) == side;
    }

    /** The moment that a text represents, which for a date is its beginning in UTC; null if it represents none. */
    private static @Nullable Instant time(String text) {
        if (text.length() < DATE || text.length() > LONGEST_TIME) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.length() == DATE ? text + "T00:00:00Z" : text)
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The condition in words: {@code pipeline_stage is new}. */
    @Override
    public String toString() {
        var found = parsed();
        return field + " " + found.label()
                + (found.hasValue()
                        ? " " + values().stream().map(Condition::quoted).collect(Collectors.joining(", "))
                        : "");
    }

    /** A value, in quotation marks if it could be mistaken for several values or conditions. */
    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : TextNode.valueOf(value).toString();
    }
}
