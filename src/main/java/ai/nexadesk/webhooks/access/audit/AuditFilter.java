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

/** Which entries of the audit log somebody wants to see, as the page's address says it. */
public class AuditFilter {

    /** The kinds of actions: how they begin, and what to call them. */
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

    /** A part of what it was done to, or of what is told about it. */
    @QueryParam("q")
    @DefaultValue("")
    public String about = "";

    /** The last entry that is already shown. */
    @QueryParam("after")
    @DefaultValue("")
    public String after = "";

    /** Only what was done at this moment or later; programs say so. */
    Instant since = Instant.EPOCH;

    /** Only what was done before this moment; programs say so. */
    Instant until = NEVER;

    /** Whether the oldest come first; programs say so. */
    boolean isOldestFirst;

    /** Whether it leaves anything out. */
    public boolean isSet() {
        return !who.isBlank()
                || !kind.isBlank()
                || !about.isBlank()
                || !since.equals(Instant.EPOCH)
                || !until.equals(NEVER);
    }

    /** Whether it begins at the newest entry. */
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

    /** The kinds with a comma before and behind each; blank for all, and where there is no such kind. */
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

    /** PostgreSQL takes no NUL in text. */
    private static String plain(String typed) {
        return typed.strip().replace("\0", "").toLowerCase(Locale.ROOT);
    }
}
