package ai.nexadesk.webhooks.testing.text;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks the engine against the ECMAScript standard, in the points where engines are known to differ. */
@DisplayName("The JavaScript engine of the tests")
class JavaScriptTest {

    private final JavaScript js = new JavaScript();

    @AfterEach
    void close() {
        js.close();
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5e-324 | 5e-324",
                "1e21 | 1e+21",
                "123456789012345680000 | 123456789012345680000",
                "0.000001 | 0.000001",
                "0.0000001 | 1e-7",
                "-0 | 0",
                "2e-3 | 0.002",
                "2.98023223876953125e-8 | 2.9802322387695312e-8",
                "\"\\ud83d\" | \"\\ud83d\"",
                "\"\\ud83d\\ude00\" | \"😀\"",
                "\"\\u2028\\u007f\\u001F\\b\\/\" | \"\u2028\u007f\\u001f\\b/\"",
                "{\"b\":1,\"4294967294\":1,\"4294967295\":1,\"2147483648\":1,\"7\":1,\"07\":1}"
                        + " | {\"7\":1,\"2147483648\":1,\"4294967294\":1,\"b\":1,\"4294967295\":1,\"07\":1}",
            })
    void writesWhatTheStandardSays(String json, String expected) {
        assertThat(js.stringifyParsed(json)).isEqualTo(expected);
    }

    @Test
    void callsScriptsThatCallJava() {
        js.define("shout", words -> words[0].toUpperCase() + words[1])
                .run("function greet(name) { return shout('hello ', name); }");

        assertThat(js.call("greet", String.class, "\ud83d")).isEqualTo("HELLO \ud83d");
    }
}
