package ai.nexadesk.webhooks.outbound.address;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("An endpoint URL")
class EndpointUrlTest {

    private static final UrlRules PRODUCTION = new UrlRules(false, Set.of(9443));
    private static final UrlRules DEVELOPMENT = new UrlRules(true, Set.of());

    @ParameterizedTest(name = "{0} is parsed as {1}")
    @CsvSource({
        "https://example.com, https://example.com/",
        "HTTPS://Example.COM/Hook?a=B, https://example.com/Hook?a=B",
        "https://example.com:443/x, https://example.com/x",
        "https://example.com:8443/x, https://example.com:8443/x",
        "https://example.com:9443/x, https://example.com:9443/x",
        "https://bücher.example/é, https://xn--bcher-kva.example/%C3%A9",
        "https://straße.example/, https://xn--strae-oqa.example/",
        "https://STRAßE.example/, https://xn--strae-oqa.example/",
        "https://xn--strae-oqa.example/, https://xn--strae-oqa.example/",
        "https://XN--BCHER-KVA.example/, https://xn--bcher-kva.example/",
        "https://βόλος.example/, https://xn--nxasmm1c.example/",
        "https://日本語.jp/, https://xn--wgv71a119e.jp/",
        "https://παράδειγμα.xn--jxalpdlp/, https://xn--hxajbheg2az3al.xn--jxalpdlp/",
        "https://r3---sn-4g5e.example/, https://r3---sn-4g5e.example/",
        "https://example.com?q=1, https://example.com/?q=1",
        "https://93.184.216.34/, https://93.184.216.34/",
        "https://[2606:4700::1111]/, https://[2606:4700::1111]/",
    })
    void isCanonical(String text, String expected) throws InvalidUrlException {
        assertThat(EndpointUrl.parse(text, PRODUCTION)).hasToString(expected);
    }

    @ParameterizedTest(name = "is rejected: {0}")
    @ValueSource(
            strings = {
                "",
                "example.com",
                "//example.com/",
                "http://example.com/",
                "ftp://example.com/",
                "https:/example.com",
                "https:example.com",
                "javascript:alert(1)",
                "file:///etc/passwd",
                "https://",
                "https:///path",
                "https://user@example.com/",
                "https://user:pw@example.com/",
                "https://example.com#x",
                "https://example.com/#",
                "https://ok.example\\@127.0.0.1/",
                "https://example.com\\x",
                "https://exa mple.com/",
                "https://example.com/a b",
                "https://example.com/\r\nX: y",
                "https://example.com/\u0000",
                "https://exa%6dple.com/",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com:80/",
                "https://example.com:22/",
                "https://example.com:x/",
                "https://example.com:/",
                "https://localhost/",
                "https://intranet/",
                "https://a.localhost/",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://127.0.1/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://01.2.3.4/",
                "https://1.2.3/",
                "https://example.123/",
                "https://example.0x1/",
                "https://①②⑦.⓪.⓪.①/",
                "https://１２７.０.０.１/",
                "https://127。0。0。1/",
                "https://[::1/",
                "https://::1/",
                "https://[::ffff:127.0.0.1]/",
                "https://[1:2]/",
                "https://[fe80::1%25eth0]/",
                "https://-bad.example/",
                "https://bad-.example/",
                "https://a..example/",
                "https://.example/",
                "https://example.com./",
                "https://exa_mple.c*m/",
                "https://my_host.example.com/",
                "https://_acme.example.com/",
                "https://xn--.example/",
                "https://xn--a.example/",
                "https://xn--0.example/",
                "https://xn--example-.example/",
                "https://xn--ascii-.example/",
                "https://xn--strae-oqa0000000000.example/",
                "https://a\u200db.example/",
                "https://\u0301a.example/",
                "https://ex‮ample.com/",
                "https://example.com/%zz",
                "https://example.com/%",
                "https://[example.com]/",
                "https://example.com:443:443/"
            })
    void isRefused(String text) {
        assertThatThrownBy(() -> EndpointUrl.parse(text, PRODUCTION))
                .isInstanceOfSatisfying(InvalidUrlException.class, e -> {
                    assertThat(e.code()).matches("[a-z_]+");
                    assertThat(e.getMessage())
                            .as("the message is a sentence")
                            .endsWith(".")
                            .hasSizeGreaterThan(15);
                });
    }

    @Test
    @DisplayName("over TLS must not have an underscore in its host, with an explanation")
    void underscore() throws InvalidUrlException {
        assertThatThrownBy(() -> EndpointUrl.parse("https://my_host.example.com/", DEVELOPMENT))
                .hasMessageContaining("underscore")
                .hasMessageContaining("certificate");
        assertThat(EndpointUrl.parse("http://my_host.example.com/", DEVELOPMENT).host())
                .isEqualTo("my_host.example.com");
    }

    @Test
    @DisplayName("may be http, and may have any port or be localhost, only in development")
    void development() throws InvalidUrlException {
        assertThat(EndpointUrl.parse("http://localhost:8080/inbox/first", DEVELOPMENT))
                .hasToString("http://localhost:8080/inbox/first");
        assertThat(EndpointUrl.parse("http://127.0.0.1:1234/", DEVELOPMENT).port())
                .isEqualTo(1234);
    }

    @Test
    @DisplayName("has at most 2,048 characters, even after encoding")
    void length() throws InvalidUrlException {
        var start = "https://example.com/";
        assertThat(EndpointUrl.parse(start + "a".repeat(2048 - start.length()), PRODUCTION)
                        .toString())
                .hasSize(2048);
        assertThatThrownBy(() -> EndpointUrl.parse(start + "a".repeat(2049 - start.length()), PRODUCTION))
                .hasMessageContaining("2,048");
        assertThatThrownBy(() -> EndpointUrl.parse(start + "é".repeat(1000), PRODUCTION))
                .hasMessageContaining("2,048");
    }
}
