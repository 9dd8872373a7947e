package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Validates the conditions and API keys of a webhook's filter, and reports all problems at once. */
public final class ConditionCheck {

    static final int MAX_RULES = 20;

    private static final int MAX_VALUES = 100;
    private static final int MAX_ACTORS = 50;
    private static final int LONGEST = 200;
    private static final int DEEPEST = 64;
    private static final String CONDITIONS = "conditions";
    private static final Pattern KEY_ID = Pattern.compile(ApiKey.ID_PREFIX + "[A-Za-z0-9_-]{1,120}");

    private final Map<String, List<String>> problems;

    /**
     * Creates a check.
     *
     * @param problems receives the problems of each member
     */
    public ConditionCheck(Map<String, List<String>> problems) {
        this.problems = problems;
    }

    /** The conditions in canonical form; null if there are none to check. */
    public @Nullable Conditions check(@Nullable Conditions wanted) {
        if (wanted == null) {
            return null;
        }
        if (wanted.match() != null && !wanted.isAny() && !Conditions.ALL.equals(wanted.match())) {
            wrong(CONDITIONS + ".match", "Use all or any.");
        }
        var rules = wanted.rules() == null ? List.<Condition>of() : wanted.rules();
        if (rules.size() > MAX_RULES) {
            wrong(CONDITIONS + ".rules", "Use at most " + MAX_RULES + " conditions.");
            return null;
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(CONDITIONS + ".rules[" + i + "]", rules.get(i));
        }
        return new Conditions(wanted.isAny() ? Conditions.ANY : Conditions.ALL, rules);
    }

    /** The API keys in canonical form; null if there are none to check. */
    public @Nullable List<String> actors(@Nullable List<String> ids) {
        if (ids == null) {
            return null;
        }
        if (ids.size() > MAX_ACTORS) {
            wrong("ignore_actors", "List at most " + MAX_ACTORS + " API keys.");
        } else if (ids.stream().anyMatch(id -> id == null || !KEY_ID.matcher(id).matches())) {
            wrong("ignore_actors", "Use API key IDs, such as key_01987f3a.");
        }
        return ids.stream().distinct().toList();
    }

    private void rule(String path, @Nullable Condition rule) {
        if (rule == null) {
            wrong(path, "Must be an object with field, operator and value.");
            return;
        }
        var field = rule.field();
        if (field == null || !isField(field)) {
            wrong(
                    path + ".field",
                    "Enter a field of data such as pipeline_stage or attachments.0.name, a previous value such as "
                            + "previous.pipeline_stage, or changed or event.");
        }
        var operator = Operator.of(rule.operator() == null ? "" : rule.operator());
        if (operator.isEmpty()) {
            wrong(path + ".operator", "Use one of " + Operator.allValues() + ".");
            return;
        }
        value(path + ".value", operator.get(), rule.value());
        if (EventFacts.CHANGED.equals(field) && operator.get().hasValue() && operator.get() != Operator.CONTAINS) {
            wrong(path + ".operator", "changed is a list of fields: use contains, exists or does_not_exist.");
        }
    }

    private void value(String path, Operator operator, @Nullable JsonNode value) {
        boolean isGiven = value != null && !value.isNull();
        if (!operator.hasValue()) {
            if (isGiven) {
                wrong(path, "Omit the value: " + operator.value() + " needs none.");
            }
        } else if (!isGiven) {
            wrong(path, "Enter a value.");
        } else if (operator == Operator.IS_ONE_OF && value.isArray()) {
            if (value.isEmpty() || value.size() > MAX_VALUES) {
                wrong(path, "List 1 to " + MAX_VALUES + " values.");
            } else if (!StreamSupport.stream(value.spliterator(), false).allMatch(ConditionCheck::isValue)) {
                wrong(path, "List strings, numbers or booleans of 1 to " + LONGEST + " characters.");
            }
        } else if (!isValue(value)) {
            wrong(path, "Use a string, number or boolean of 1 to " + LONGEST + " characters.");
        }
    }

    private static boolean isValue(JsonNode value) {
        return (value.isTextual() || value.isNumber() || value.isBoolean()) && isText(value.asText());
    }

    private static boolean isField(String field) {
        var steps = field.split("\\.", -1);
        return isText(field)
                && steps.length <= DEEPEST
                && List.of(steps).stream().noneMatch(String::isBlank);
    }

    /** Whether this is valid text. An unpaired surrogate is not: it would be stored as a question mark. */
    private static boolean isText(String text) {
        return !text.isBlank()
                && text.length() <= LONGEST
                && text.codePoints()
                        .noneMatch(point ->
                                Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
    }

    private void wrong(String path, String message) {
        problems.put(path, List.of(message));
    }
}
