package ai.nexadesk.webhooks.bench.lab;

import java.nio.charset.StandardCharsets;

/**
 * The published events, about 1 KB each. They are derived only from their number, so the sink knows every byte that it
 * must receive.
 */
public final class Events {

    private static final String ID_START = "bench-";
    private static final String TEXT =
            "The visitor asked for a quote, named a budget and a date, and wants to be called back. ";
    private static final String REST = "\",\"visitor_name\":\"John Doe\",\"visitor_email\":\"john.doe@example.com\","
            + "\"visitor_phone\":null,\"visitor_company\":\"Example Ltd\",\"pipeline_stage\":\"new\",\"need_summary\":\""
            + TEXT.repeat(8) + "\",\"tags\":[\"quote\",\"call back\"],\"expected_billing_amount\":1250.5,"
            + "\"created_at\":\"2026-01-01T00:00:00.000Z\"}}";

    private Events() {}

    /** The publisher's ID of the event with this number. */
    public static String id(long number) {
        return ID_START + number;
    }

    /** The number in an event's ID. Negative if the ID is not from the benchmark. */
    static long number(String id) {
        if (!id.startsWith(ID_START)) {
            return -1;
        }
        try {
            return Long.parseLong(id, ID_START.length(), id.length(), 10);
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }

    /** The part of the body before the number. */
    static String beforeNumber(String workspace) {
        return "{\"event\":\"lead.created\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"workspace_id\":\"" + workspace
                + "\",\"data\":{\"id\":\"";
    }

    /** The part of the body after the number. */
    static String afterNumber() {
        return REST;
    }

    /** The body that every receiver must get. */
    public static byte[] body(String workspace, long number) {
        return (beforeNumber(workspace) + number + REST).getBytes(StandardCharsets.UTF_8);
    }

    /** The publishing request for the event. */
    public static String publication(String workspace, long number) {
        return "{\"id\":\"" + id(number) + "\"," + beforeNumber(workspace).substring(1) + number + REST;
    }
}
