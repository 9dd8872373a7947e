package ai.nexadesk.webhooks.webhook.condition;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The conditions of a webhook.
 *
 * @param match {@code all} or {@code any} of the rules must match; {@code all} if not given
 * @param rules the conditions; without any, every event matches
 */
public record Conditions(@Nullable String match, @Nullable List<Condition> rules) {

    static final String ALL = "all";
    static final String ANY = "any";

    /** No condition. */
    public static final Conditions NONE = new Conditions(ALL, List.of());

    /** Whether there are none. */
    @JsonIgnore
    public boolean isEmpty() {
        return rules == null || rules.isEmpty();
    }

    /** Whether one match is enough. */
    @JsonIgnore
    public boolean isAny() {
        return ANY.equals(match);
    }

    /** The conditions that the event does not meet, in words; empty if it matches. */
    Optional<String> unmet(EventFacts event) {
        if (isEmpty()) {
            return Optional.empty();
        }
        var given = Objects.requireNonNull(rules);
        if (isAny()) {
            return given.stream().anyMatch(rule -> rule.matches(event)) ? Optional.empty() : Optional.of(toString());
        }
        return given.stream()
                .filter(rule -> !rule.matches(event))
                .map(Condition::toString)
                .findFirst();
    }

    /** The conditions in words: {@code pipeline_stage is new and tags contains vip}; empty without any. */
    @Override
    public String toString() {
        return isEmpty()
                ? ""
                : Objects.requireNonNull(rules).stream()
                        .map(Condition::toString)
                        .collect(Collectors.joining(isAny() ? " or " : " and "));
    }
}
