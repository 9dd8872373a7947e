package ai.nexadesk.webhooks.webhook.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The filter in the webhook form. Each condition is a row of three fields. */
public class FilterForm {

    private static final int EMPTY_ROWS = 2;
    private static final String SEPARATOR = ", ";

    /** Whether all or any of the conditions must match. */
    @FormParam("condition_match")
    @DefaultValue(Conditions.ALL)
    public String match = Conditions.ALL;

    @FormParam("condition_field")
    List<String> fields = List.of();

    @FormParam("condition_operator")
    List<String> operators = List.of();

    @FormParam("condition_value")
    List<String> values = List.of();

    /** The selected API keys. */
    @FormParam("ignore_actors")
    public List<String> ignoreActors = List.of();

    /** The conditions that the form showed when it was opened. */
    @FormParam("original_conditions")
    public @Nullable String originalConditions;

    /** The API keys that were selected when the form was opened. */
    @FormParam("original_ignore_actors")
    public @Nullable String originalActors;

    /**
     * A condition as entered.
     *
     * @param number the number of the row, from 1
     * @param error the problem; null if none is known
     */
    public record Row(
            int number,
            String field,
            String operator,
            String value,
            @Nullable String error) {}

    /** Shows the stored filter. */
    public void show(EventFilter filter) {
        var conditions = filter.conditions();
        match = conditions.isAny() ? Conditions.ANY : Conditions.ALL;
        var rules = conditions.isEmpty() ? List.<Condition>of() : Objects.requireNonNull(conditions.rules());
        fields = rules.stream().map(Condition::field).toList();
        operators = rules.stream().map(Condition::operator).toList();
        values = rules.stream()
                .map(rule -> String.join(SEPARATOR, rule.values()))
                .toList();
        ignoreActors = filter.ignoreActors();
        originalConditions = enteredConditions();
        originalActors = enteredActors();
    }

    /** Whether the stored filter has changed since the form was opened. */
    public boolean isOutdated(EventFilter present) {
        var shown = new FilterForm();
        shown.show(present);
        return originalConditions != null && !originalConditions.equals(shown.originalConditions)
                || originalActors != null && !originalActors.equals(shown.originalActors);
    }

    /** Applies changes by others, but keeps what was entered. */
    public void takeOver(EventFilter present) {
        var shown = new FilterForm();
        shown.show(present);
        if (changedConditions() == null) {
            match = shown.match;
            fields = shown.fields;
            operators = shown.operators;
            values = shown.values;
        }
        if (changedActors() == null) {
            ignoreActors = shown.ignoreActors;
        }
        originalConditions = shown.originalConditions;
        originalActors = shown.originalActors;
    }

    /** The entered conditions; null if they are those that the form showed when it was opened. */
    public @Nullable Conditions changedConditions() {
        return enteredConditions().equals(Objects.requireNonNullElse(originalConditions, "")) ? null : conditions();
    }

    /** The selected API keys; null if they are those that were selected when the form was opened. */
    public @Nullable List<String> changedActors() {
        return enteredActors().equals(Objects.requireNonNullElse(originalActors, "")) ? null : ignoreActors;
    }

    /** The entered conditions as text, which rows of text may show differently from what is stored. */
    private String enteredConditions() {
        return Objects.requireNonNullElse(new EventFilter(conditions(), List.of()).stored(), "");
    }

    private String enteredActors() {
        return ignoreActors.stream().sorted().collect(Collectors.joining(SEPARATOR));
    }

    /** The entered conditions, without empty rows. */
    public Conditions conditions() {
        return new Conditions(match, filled().map(FilterForm::rule).toList());
    }

    private static Condition rule(Row row) {
        var operator = Operator.of(row.operator);
        return new Condition(
                row.field.strip(),
                row.operator,
                operator.isPresent() && !operator.get().hasValue() ? null : value(row));
    }

    private static @Nullable JsonNode value(Row row) {
        var nodes = JsonNodeFactory.instance;
        if (!row.operator.equals(Operator.IS_ONE_OF.value())) {
            return row.value.isBlank() ? null : nodes.textNode(row.value.strip());
        }
        var list = nodes.arrayNode();
        Stream.of(row.value.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .forEach(list::add);
        return list;
    }

    private Stream<Row> filled() {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < fields.size() && rows.size() <= ConditionCheck.MAX_RULES; i++) {
            if (!fields.get(i).isBlank()) {
                rows.add(new Row(rows.size() + 1, fields.get(i), at(operators, i), at(values, i), null));
            }
        }
        return rows.stream();
    }

    private static String at(List<String> list, int i) {
        return i < list.size() ? list.get(i) : "";
    }

    /** Whether to open this part of the form, because it has values or errors. */
    public boolean open(Map<String, List<String>> errors) {
        return !conditions().isEmpty()
                || !ignoreActors.isEmpty()
                || errors.keySet().stream()
                        .anyMatch(path -> path.startsWith("conditions") || path.equals("ignore_actors"));
    }

    /** The entered rows with their errors, followed by empty ones. */
    public List<Row> rows(Map<String, List<String>> errors) {
        var rows = filled().map(row -> new Row(row.number, row.field, row.operator, row.value, error(row, errors)))
                .collect(Collectors.toCollection(ArrayList::new));
        for (int i = 0; i < EMPTY_ROWS && rows.size() < ConditionCheck.MAX_RULES; i++) {
            rows.add(new Row(rows.size() + 1, "", Operator.IS.value(), "", null));
        }
        return rows;
    }

    private static @Nullable String error(Row row, Map<String, List<String>> errors) {
        var path = "conditions.rules[" + (row.number - 1) + "].";
        return Stream.of("field", "operator", "value")
                .map(member -> errors.get(path + member))
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .findFirst()
                .orElse(null);
    }
}
