package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The requested settings of an alert channel. A member that is null keeps its value.
 *
 * @param kind how it is told, as a word; cannot be changed
 * @param name what to call it
 * @param url where requests go; for all kinds but mail
 * @param addresses whom to mail; for mail only
 */
public record ChannelDraft(
        @Nullable String kind,
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> addresses) {}
