package ai.nexadesk.webhooks.testing.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Text that programs do not expect. */
public final class OddText {

    /** Values that often cause bugs in programs. */
    private static final List<String> COMMON = List.of(
            "",
            " ",
            "null",
            "0",
            "-1",
            "51",
            "101",
            "1e9",
            "true",
            "[]",
            "{}",
            "ä",
            "%00",
            "a".repeat(300),
            "../..",
            "'",
            "2026-03-20",
            "2026-13-01T00:00:00Z",
            "2026-03-20T14:00:00Z",
            "+1000000000-01-01T00:00:00Z",
            "404",
            "9xx",
            "none",
            "*",
            "lead.created",
            "ping",
            "failed",
            "created_at:desc",
            "wh_",
            "dlv_00000000000000000000000000000000",
            "job_ffffffffffffffffffffffffffffffff",
            "evt_test_1",
            "http://127.0.0.1:1/",
            "https://example.com/");

    /** Values that an attacker sends to find a bug. */
    private static final List<String> HOSTILE = List.of(
            "\0",
            "a\0b",
            "\r\nSet-Cookie: a=b",
            "\n",
            "\t",
            "\ud83d",
            "\ud83d\ude00",
            "\u202e",
            "\ufeff",
            "\uffff",
            "e\u0301".repeat(50),
            "' or 1=1 --",
            "\\",
            "\"",
            "<script>alert(1)</script>",
            "{cdi:caller.name}",
            "${jndi:ldap://127.0.0.1/a}",
            "%s%n%d",
            "%",
            "%zz",
            "*".repeat(70),
            "(".repeat(500),
            "[".repeat(2_000),
            "9".repeat(400),
            "9223372036854775808",
            "-0",
            "NaN",
            "1e400",
            "0x10",
            "../../../../etc/passwd",
            "//",
            ";a=b",
            "?",
            "#",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "0000-00-00T00:00:00Z",
            "-999999999-01-01T00:00:00Z",
            "2026-02-30T25:61:61+99:00",
            "PT1S",
            "a".repeat(5_000));

    private OddText() {}

    /** A value that often causes bugs in programs. */
    public static String common(Random random) {
        return COMMON.get(random.nextInt(COMMON.size()));
    }

    /** A common or a hostile value. */
    public static String any(Random random) {
        return random.nextInt(3) == 0
                ? common(random)
                : HOSTILE.get(random.nextInt(HOSTILE.size())) + (random.nextInt(4) == 0 ? common(random) : "");
    }

    /**
     * Encodes text for a URL in one of four ways: percent-encoded completely, percent-encoded in part, unencoded except
     * for delimiters, or as browsers encode it.
     */
    public static String inAddress(String text, Random random) {
        int kind = random.nextInt(4);
        var address = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = one > ' '
                    && one < 127
                    && (kind == 0 || kind == 1 && random.nextBoolean() || kind == 3 && isUnreserved((char) one));
            address.append(plain ? String.valueOf((char) one) : String.format("%%%02X", one));
        }
        return address.toString();
    }

    private static boolean isUnreserved(char character) {
        return Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0;
    }

    /** A copy of the bytes with some of them changed, left out, doubled or cut off. */
    public static byte[] mutated(byte[] bytes, Random random) {
        var changed = new java.io.ByteArrayOutputStream();
        int rare = 5 + random.nextInt(200);
        for (byte one : bytes) {
            switch (random.nextInt(rare)) {
                case 0 -> changed.write(random.nextInt(256));
                case 1 -> {}
                case 2 -> {
                    changed.write(one);
                    changed.write(one);
                }
                case 3 -> changed.writeBytes(any(random).getBytes(StandardCharsets.UTF_8));
                default -> changed.write(one);
            }
        }
        var all = changed.toByteArray();
        return random.nextInt(10) == 0 ? java.util.Arrays.copyOf(all, random.nextInt(all.length + 1)) : all;
    }
}
