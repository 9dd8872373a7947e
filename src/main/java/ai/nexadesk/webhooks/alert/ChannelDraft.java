package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The requested settings of an alert channel. A null member keeps its value.
 *
 * @param kind the API name of the kind, which cannot be changed
 * @param name the channel's name
 * @param url the URL of requests; for all kinds except mail
 * @param addresses the recipients; for mail only
 */
public record ChannelDraft(
        @Nullable String kind,
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> addresses) {}
