package ai.nexadesk.webhooks.webhook.condition;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a condition compares. */
public enum Operator {
    /** The same text, number or boolean. */
    IS("is", "is"),
    /** Another text, number or boolean. */
    IS_NOT("is_not", "is not"),
    /** One of several. */
    IS_ONE_OF("is_one_of", "is one of"),
    /** A part of a text, or a member of a list. */
    CONTAINS("contains", "contains"),
    /** The beginning of a text. */
    STARTS_WITH("starts_with", "starts with"),
    /** There, and not null. */
    EXISTS("exists", "exists"),
    /** Not there, or null. */
    DOES_NOT_EXIST("does_not_exist", "does not exist"),
    /** A larger number, or a later time. */
    GREATER("greater", "is greater than"),
    /** A smaller number, or an earlier time. */
    LESS("less", "is less than");

    private final String word;
    private final String label;

    Operator(String word, String label) {
        this.word = word;
        this.label = label;
    }

    /** For programs. */
    public String word() {
        return word;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** Whether there is something to compare with. */
    public boolean hasValue() {
        return this != EXISTS && this != DOES_NOT_EXIST;
    }

    /** All, as the form offers them. */
    public static List<Operator> all() {
        return List.of(values());
    }

    static Optional<Operator> of(String word) {
        return Stream.of(values())
                .filter(operator -> operator.word.equals(word))
                .findFirst();
    }

    static String words() {
        return Stream.of(values()).map(Operator::word).collect(Collectors.joining(", "));
    }
}
