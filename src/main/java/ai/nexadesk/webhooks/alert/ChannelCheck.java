package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.health.MailSettings;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.webhook.Endpoints;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jakarta.inject.Singleton;

/** Validates the settings of an alert channel and reports all problems at once. */
@Singleton
class ChannelCheck {

    private static final int MAX_NAME = 100;
    private static final int MAX_ADDRESSES = 20;

    /** The format of an address, which excludes anything that could end a line or add a recipient to a mail. */
    private static final Pattern ADDRESS =
            Pattern.compile("[^\\s@,;:<>\"()\\[\\]\\\\\\p{Cntrl}]{1,64}@[\\p{L}\\p{N}.-]{1,190}");

    private final Endpoints endpoints;
    private final boolean mails;

    ChannelCheck(Endpoints endpoints, MailSettings settings) {
        this.endpoints = endpoints;
        this.mails = settings.from().isPresent();
    }

    /** Whether this server can send mail. */
    boolean mails() {
        return mails;
    }

    /**
     * A valid draft.
     *
     * @param name null to keep it
     * @param target null to keep it
     */
    record Checked(
            ChannelKind kind,
            @Nullable String name,
            @Nullable String target) {}

    /**
     * Checks a draft.
     *
     * @param present the kind of the existing channel; null for a new channel, which needs every member
     * @throws ApiException 400 with the problems of each member
     */
    Checked check(ChannelDraft draft, @Nullable ChannelKind present) {
        var problems = new LinkedHashMap<String, List<String>>();
        var kind = kind(draft, present, problems);
        var name = name(draft.name(), present == null, problems);
        var target = kind.isUrl() ? url(draft, present == null, problems) : addresses(draft, present == null, problems);
        if (!problems.isEmpty()) {
            throw ApiException.badRequest(
                    "validation_failed", problems.values().iterator().next().get(0), problems);
        }
        return new Checked(kind, name, target);
    }

    private ChannelKind kind(ChannelDraft draft, @Nullable ChannelKind present, Map<String, List<String>> problems) {
        if (present != null) {
            if (draft.kind() != null && !draft.kind().equals(present.value())) {
                problems.put("kind", List.of("The kind cannot be changed. Add another channel instead."));
            }
            return present;
        }
        var kind = ChannelKind.of(draft.kind() == null ? "" : draft.kind());
        if (kind.isEmpty()) {
            problems.put("kind", List.of("Choose mail, slack, teams or signed."));
        } else if (kind.get() == ChannelKind.MAIL && !mails) {
            problems.put(
                    "kind", List.of("This server sends no email. Choose another kind, or set nexadesk.mail.from."));
        }
        return kind.orElse(ChannelKind.SLACK);
    }

    private static @Nullable String name(@Nullable String name, boolean isNew, Map<String, List<String>> problems) {
        if (name == null && !isNew) {
            return null;
        }
        var plain = name == null ? "" : name.strip();
        if (plain.isEmpty()) {
            problems.put("name", List.of("Enter a name, such as the team that gets the alerts."));
        } else if (plain.length() > MAX_NAME || plain.codePoints().anyMatch(ChannelCheck::isOdd)) {
            problems.put("name", List.of("Use one line of at most " + MAX_NAME + " characters."));
        }
        return plain;
    }

    private static boolean isOdd(int point) {
        return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
    }

    private @Nullable String url(ChannelDraft draft, boolean isNew, Map<String, List<String>> problems) {
        if (draft.addresses() != null && !draft.addresses().isEmpty()) {
            problems.put("addresses", List.of("Only a mail channel has addresses. Enter a URL instead."));
        }
        if (draft.url() == null && !isNew) {
            return null;
        }
        if (draft.url() == null || draft.url().isBlank()) {
            problems.put("url", List.of("Enter the URL of the incoming webhook."));
            return null;
        }
        try {
            return endpoints.check(draft.url()).toString();
        } catch (InvalidUrlException e) {
            problems.put("url", List.of(e.getMessage()));
            return null;
        }
    }

    private static @Nullable String addresses(ChannelDraft draft, boolean isNew, Map<String, List<String>> problems) {
        if (draft.url() != null && !draft.url().isBlank()) {
            problems.put("url", List.of("A mail channel has no URL. Enter addresses instead."));
        }
        if (draft.addresses() == null && !isNew) {
            return null;
        }
        var addresses = draft.addresses() == null
                ? List.<String>of()
                : draft.addresses().stream().map(String::strip).distinct().toList();
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            problems.put("addresses", List.of("Enter 1 to " + MAX_ADDRESSES + " email addresses."));
        }
        addresses.stream()
                .filter(address -> !ADDRESS.matcher(address).matches())
                .findFirst()
                .ifPresent(bad -> problems.put("addresses", List.of("\"" + bad + "\" is not an email address.")));
        return String.join(",", addresses);
    }
}
