package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.outbound.EventContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

@DisplayName("A condition")
class ConditionTest {

    private static final String DATA = """
            {"stage":"new","amount":1499.5,"count":5,"text5":"5","vip":true,"nothing":null,"tags":["vip","7",7,true,null,["x"]],
             "attachments":[{"name":"a.pdf"}],"nested":{"0":"zero","deep":{"er":"yes"}},"lone":"\\ud800x","empty":"","list":[],
             "at":"2026-03-20T14:00:00.000Z","offset":"2026-03-20T15:00:00+01:00","event":"hidden","big":1e308,"object":{}}""";

    private static final JsonMapper JSON = new JsonMapper();
    private static final EventFacts EVENT = facts(DATA, "stage", "tags");

    private static EventFacts facts(String data, String... changed) {
        var body = "{\"event\":\"lead.updated\",\"timestamp\":\"t\",\"workspace_id\":\"w\",\"data\":" + data + "}";
        return new EventFacts(
                "lead.updated",
                body.getBytes(StandardCharsets.UTF_8),
                new EventContext(null, List.of(changed), "api_key:key_1"),
                "{\"stage\":\"old\",\"lone\":\"\\udc00\"}");
    }

    private static Condition condition(String field, String operator, String value) throws Exception {
        return new Condition(field, operator, value == null ? null : JSON.readTree(value));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
            stage            | is             | "new"                    | true
            stage            | is             | "New"                    | false
            stage            | is             | "old"                    | false
            stage            | is_not         | "old"                    | true
            stage            | is_not         | "new"                    | false
            stage            | is_one_of      | ["old","new"]            | true
            stage            | is_one_of      | ["old"]                  | false
            stage            | is_one_of      | "new"                    | true
            stage            | contains       | "ew"                     | true
            stage            | starts_with    | "ne"                     | true
            stage            | starts_with    | "ew"                     | false
            stage            | greater        | "a"                      | false
            stage            | less           | "z"                      | false
            amount           | is             | 1499.5                   | true
            amount           | is             | "1499.50"                | true
            amount           | is             | "NaN"                    | false
            amount           | is_not         | "much"                   | true
            amount           | greater        | 1499                     | true
            amount           | greater        | "1499"                   | true
            amount           | greater        | 1499.5                   | false
            amount           | less           | "1.5e3"                  | true
            amount           | less           | "Infinity"               | false
            amount           | less           | "0x1p99"                 | false
            amount           | less           | true                     | false
            amount           | contains       | "499"                    | false
            amount           | starts_with    | "14"                     | false
            count            | is             | "5.0"                    | true
            text5            | is             | 5                        | true
            text5            | is             | "5.0"                    | false
            text5            | greater        | 4                        | true
            text5            | less           | "10"                     | true
            big              | less           | "1e999"                  | true
            vip              | is             | true                     | true
            vip              | is             | "true"                   | true
            vip              | is             | "yes"                    | false
            vip              | is_not         | false                    | true
            vip              | greater        | 0                        | false
            tags             | contains       | "vip"                    | true
            tags             | contains       | 7                        | true
            tags             | contains       | "true"                   | true
            tags             | contains       | "x"                      | false
            tags             | contains       | "null"                   | false
            tags             | contains       | "vi"                     | false
            tags             | is             | "vip"                    | false
            tags             | is_not         | "vip"                    | false
            tags.0           | is             | "vip"                    | true
            tags.5.0         | is             | "x"                      | true
            tags.6           | exists         |                          | false
            tags.-1          | exists         |                          | false
            tags.99999999999 | exists         |                          | false
            tags.x           | exists         |                          | false
            tags.00          | is             | "vip"                    | true
            attachments.0.name | is           | "a.pdf"                  | true
            attachments.name | exists         |                          | false
            nested.0         | is             | "zero"                   | true
            nested.deep.er   | is             | "yes"                    | true
            nested           | exists         |                          | true
            nested           | is_not         | "yes"                    | false
            object           | is             | "{}"                     | false
            stage.x          | does_not_exist |                          | true
            nothing          | exists         |                          | false
            nothing          | does_not_exist |                          | true
            nothing          | is             | "null"                   | false
            nothing          | is_not         | "x"                      | false
            absent           | is_not         | "x"                      | false
            absent           | does_not_exist |                          | true
            absent           | less           | 1                        | false
            empty            | exists         |                          | true
            empty            | is_not         | "x"                      | true
            list             | exists         |                          | true
            lone             | contains       | "x"                      | true
            lone             | is             | "?x"                     | false
            at               | greater        | "2026-03-20"             | true
            at               | greater        | "2026-03-20T14:00:00Z"   | false
            offset           | less           | "2026-03-20T14:00:01Z"   | true
            at               | less           | "2026-13-40"             | false
            changed          | contains       | "stage"                  | true
            changed          | contains       | "sta"                    | false
            changed          | exists         |                          | true
            previous.stage   | is             | "old"                    | true
            previous.lone    | exists         |                          | true
            previous.amount  | exists         |                          | false
            previous         | exists         |                          | true
            event            | is             | "lead.updated"           | true
            event            | starts_with    | "lead."                  | true
            """)
    @DisplayName("compares comparable values, and nothing else matches")
    void rules(String field, String operator, String value, boolean matches) throws Exception {
        var condition = condition(field, operator, value);
        assertThat(condition.matches(EVENT)).as("%s", condition).isEqualTo(matches);
        assertThat(problems(condition)).as("can be saved").isEmpty();
    }

    private static java.util.Map<String, List<String>> problems(Condition condition) {
        var problems = new LinkedHashMap<String, List<String>>();
        new ConditionCheck(problems).check(new Conditions(null, List.of(condition)));
        return problems;
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
                     | is         | "x"          | field
            ''       | is         | "x"          | field
            a..b     | is         | "x"          | field
            .a       | is         | "x"          | field
            a.       | is         | "x"          | field
            a\\u0000 | regex      | "x"          | operator
            a        |            | "x"          | operator
            a        | is         |              | value
            a        | is         | null         | value
            a        | is         | ""           | value
            a        | is         | ["x"]        | value
            a        | is         | {}           | value
            a        | is         | "\\ud800"    | value
            a        | is         | "\\u0000"    | value
            a        | is_one_of  | []           | value
            a        | is_one_of  | ["x",null]   | value
            a        | exists     | "x"          | value
            changed  | is         | "stage"      | operator
            """)
    @DisplayName("that could never be met or stored is rejected with its member")
    void refused(String field, String operator, String value, String member) throws Exception {
        assertThat(problems(condition(field, operator, value))).containsOnlyKeys("conditions.rules[0]." + member);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 200_000})
    @DisplayName("is fast and safe on deep, wide and odd data")
    void hostile(int size) throws Exception {
        var names = "\"" + "n".repeat(size) + "\":1,\"x\":\"" + "9".repeat(size) + "\"";
        var deep = "{\"a\":".repeat(63) + "[1]" + "}".repeat(63);
        var event = facts("{" + names + ",\"deep\":" + deep + ",\"wide\":[" + "0,".repeat(size) + "1]}");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 100; i++) {
                assertThat(condition("x", "greater", "1").matches(event)).isFalse();
                assertThat(condition("wide", "contains", "1").matches(event)).isTrue();
                assertThat(condition("deep" + ".a".repeat(63) + ".0", "is", "1").matches(event))
                        .isTrue();
                assertThat(condition("deep" + ".a".repeat(90), "exists", null).matches(event))
                        .isFalse();
            }
        });
    }

    @Test
    @DisplayName("applies to all or any of them, says which failed, and ignores events caused by API keys")
    void filter() throws Exception {
        var met = condition("stage", "is", "\"new\"");
        var unmet = condition("amount", "less", "10");
        assertThat(filter("all", met, met).refusal(EVENT)).isEmpty();
        assertThat(filter("all", met, unmet).refusal(EVENT)).contains("amount is less than 10");
        assertThat(filter("any", unmet, met).refusal(EVENT)).isEmpty();
        assertThat(filter("any", unmet, unmet).refusal(EVENT))
                .contains("amount is less than 10 or amount is less than 10");
        assertThat(filter("any").refusal(EVENT)).isEmpty();
        assertThat(new EventFilter(Conditions.NONE, List.of("key_1")).refusal(EVENT))
                .contains("caused by the API key key_1");
        assertThat(new EventFilter(Conditions.NONE, List.of("key_2")).refusal(EVENT))
                .isEmpty();
        assertThat(EventFilter.NONE.stored()).isNull();
        var stored = filter("any", met, unmet);
        assertThat(EventFilter.parse(stored.stored())).isEqualTo(stored);
    }

    private static EventFilter filter(String match, Condition... rules) {
        return new EventFilter(new Conditions(match, List.of(rules)), List.of());
    }
}
