package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What somebody wants an alert channel to be. A member that is null stays as it is.
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
