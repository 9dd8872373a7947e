package ai.nexadesk.webhooks.alert;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of an alert.
 *
 * @param type what happened, for programs: {@code webhook.failing}, {@code webhook.disabled},
 *     {@code webhook.recovered}, or {@code alert.test}
 * @param title what happened, in a few words
 * @param text the details, in sentences
 * @param link the page to open
 * @param data the same information for programs
 */
record AlertMessage(String type, String title, String text, String link, Map<String, Object> data) {

    /** The message of a test. */
    static AlertMessage test(AlertChannel channel, String link) {
        var data = new LinkedHashMap<String, Object>();
        data.put("channel", channel.name);
        data.put("link", link);
        return new AlertMessage(
                "alert.test",
                "Test alert from NexaDesk",
                "The alert channel \"" + channel.name
                        + "\" works. It will get a message when a webhook fails, is disabled, or works again.",
                link,
                data);
    }
}
