package ai.nexadesk.webhooks.access.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.UriBuilder;

/** The filters of the audit log, as in the URL of the page. */
public class AuditFilter {

    /** The kinds of actions: their prefixes and names. */
    static final Map<String, String> KINDS = new TreeMap<>(Map.of(
            "alert_channel", "Alert channels",
            "api_key", "API keys",
            "delivery", "Deliveries",
            "erasure", "Erasures",
            "job", "Background jobs",
            "person", "People",
            "retention", "Retention",
            "session", "Sessions",
            "webhook", "Webhooks"));

    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    /** A part of the actor's name. */
    @QueryParam("who")
    @DefaultValue("")
    public String who = "";

    /** A kind of actions. */
    @QueryParam("kind")
    @DefaultValue("")
    public String kind = "";

    /** A part of the subject or of the details. */
    @QueryParam("q")
    @DefaultValue("")
    public String about = "";

    /** The last entry that is already shown. */
    @QueryParam("after")
    @DefaultValue("")
    public String after = "";

    /** Only actions at this time or later; REST only. */
    Instant since = Instant.EPOCH;

    /** Only actions before this time; REST only. */
    Instant until = NEVER;

    /** Whether the oldest entries come first; REST only. */
    boolean isOldestFirst;

    /** Whether any filter is set. */
    public boolean isSet() {
        return !who.isBlank()
                || !kind.isBlank()
                || !about.isBlank()
                || !since.equals(Instant.EPOCH)
                || !until.equals(NEVER);
    }

    /** Whether it starts at the newest entry. */
    public boolean isFirst() {
        return cursor().isEmpty();
    }

    /** The address of the page that continues after this entry. */
    String next(String path, UUID last) {
        var filters = Map.of("who", who, "kind", kind, "q", about);
        var address = UriBuilder.fromPath(path);
        filters.forEach((name, value) -> {
            if (!value.isBlank()) {
                address.queryParam(name, "{" + name + "}");
            }
        });
        return address.queryParam("after", last).buildFromMap(filters).toString();
    }

    String actor() {
        return plain(who);
    }

    String text() {
        return plain(about);
    }

    /** The actions of the selected kind, each enclosed by commas; blank for all, and for unknown kinds. */
    String actions() {
        return !KINDS.keySet().containsAll(List.of(kind.split(",", -1))) ? "" : "," + kind + ",";
    }

    Optional<UUID> cursor() {
        return Optional.of(after).map(AuditFilter::uuid);
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException nonsense) {
            return null;
        }
    }

    /** The text without NUL, which PostgreSQL does not accept. */
    private static String plain(String typed) {
        return typed.strip().replace("\0", "").toLowerCase(Locale.ROOT);
    }
}
