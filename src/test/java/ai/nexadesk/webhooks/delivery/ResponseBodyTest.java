package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.Header;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The body of a response")
class ResponseBodyTest {

    @ParameterizedTest(name = "with the type {0} is decoded as {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    text/plain; charset=ISO-8859-1 | ISO-8859-1
                    text/plain;Charset="iso-8859-1" | ISO-8859-1
                    text/html; charset=windows-1252; x=y | windows-1252
                    application/json; charset=utf-16 | UTF-16
                    application/json | UTF-8
                    text/plain; charset=nonsense | UTF-8
                    text/plain; charset=*** | UTF-8
                    """)
    void charset(String type, String charset) {
        var bytes = "größer als früher".getBytes(Charset.forName(charset));
        var body = body(bytes, type, "");
        assertThat(body.isText()).isTrue();
        assertThat(body.text()).isEqualTo("größer als früher");
        assertThat(body.size()).isEqualTo(bytes.length);
    }

    @ParameterizedTest(name = "with the type {0} and the encoding {1} is described as: {2}")
    @CsvSource({
        "application/json, gzip, Compressed (gzip).",
        "text/plain, BR, Compressed (br).",
        "image/png, '', Binary (image/png).",
        "application/octet-stream, identity, Binary (application/octet-stream)."
    })
    void isNotShown(String type, String coding, String note) {
        var body = body(new byte[] {0x1f, (byte) 0x8b, 8}, type, coding);
        assertThat(body.isText()).isFalse();
        assertThat(body.note()).isEqualTo(note);
        assertThat(body.bytes()).containsExactly(0x1f, 0x8b, 8);
    }

    @Test
    @DisplayName("without a type is binary if it has zeros, and text otherwise")
    void sniffed() {
        assertThat(body(new byte[] {'a', 0, 'b'}, "", "").note()).isEqualTo("Binary.");
        assertThat(body("<svg/>".getBytes(StandardCharsets.UTF_8), "image/svg+xml", "")
                        .isText())
                .isTrue();
        assertThat(body(new byte[0], "image/png", "gzip").isText()).isTrue();
        assertThat(ResponseBody.of("OK".getBytes(StandardCharsets.UTF_8), List.of())
                        .text())
                .isEqualTo("OK");
    }

    private static ResponseBody body(byte[] bytes, String type, String coding) {
        return ResponseBody.of(
                bytes, List.of(new Header("content-type", type), new Header("Content-Encoding", coding)));
    }
}
