package ai.nexadesk.webhooks.webhook.condition;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator of a condition. */
public enum Operator {
    /** Equal text, number or boolean. */
    IS("is", "is"),
    /** Different text, number or boolean. */
    IS_NOT("is_not", "is not"),
    /** Equal to one of several values. */
    IS_ONE_OF("is_one_of", "is one of"),
    /** Contains a part of a text, or a member of a list. */
    CONTAINS("contains", "contains"),
    /** Begins with a text. */
    STARTS_WITH("starts_with", "starts with"),
    /** Exists and is not null. */
    EXISTS("exists", "exists"),
    /** Does not exist, or is null. */
    DOES_NOT_EXIST("does_not_exist", "does not exist"),
    /** A larger number, or a later time. */
    GREATER("greater", "is greater than"),
    /** A smaller number, or an earlier time. */
    LESS("less", "is less than");

    private final String value;
    private final String label;

    Operator(String value, String label) {
        this.value = value;
        this.label = label;
    }

    /** Its name in the REST API. */
    public String value() {
        return value;
    }

    /** Its name on pages. */
    public String label() {
        return label;
    }

    /** Whether it takes a value. */
    public boolean hasValue() {
        return this != EXISTS && this != DOES_NOT_EXIST;
    }

    /** All operators, in the order of the form. */
    public static List<Operator> all() {
        return List.of(values());
    }

    static Optional<Operator> of(String value) {
        return Stream.of(values())
                .filter(operator -> operator.value.equals(value))
                .findFirst();
    }

    static String allValues() {
        return Stream.of(values()).map(Operator::value).collect(Collectors.joining(", "));
    }
}
