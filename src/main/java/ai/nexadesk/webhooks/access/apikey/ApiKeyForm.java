package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.outbound.address.Network;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The form of a new API key. */
public class ApiKeyForm {

    private static final int MAX_NAME = 100;
    private static final int MAX_NETWORKS = 50;

    @FormParam("name")
    @DefaultValue("")
    public String name = "";

    @FormParam("scopes")
    public List<String> scopes = List.of();

    /** Addresses and networks, separated by line breaks, spaces or commas. */
    @FormParam("allowed_ips")
    @DefaultValue("")
    public String allowedIps = "";

    /** The last day (UTC) on which it works; blank for no expiration. */
    @FormParam("expires")
    @DefaultValue("")
    public String expires = "";

    /**
     * The key's terms.
     *
     * @throws ApiException 400 with the problems of each field
     */
    ApiKey.Terms terms(Instant now) {
        var problems = new LinkedHashMap<String, List<String>>();
        var plainName = name.strip();
        if (plainName.isEmpty()) {
            problems.put("name", List.of("Enter the name of the program that uses the key."));
        } else if (plainName.length() > MAX_NAME || plainName.chars().anyMatch(Character::isISOControl)) {
            problems.put("name", List.of("Use one line of at most " + MAX_NAME + " characters."));
        }
        var networks = networks(problems);
        var end = end(now, problems);
        try {
            var terms = new ApiKey.Terms(plainName, Set.copyOf(scopes), networks, end);
            if (problems.isEmpty()) {
                return terms;
            }
        } catch (IllegalArgumentException e) {
            problems.put("scopes", List.of(e.getMessage()));
        }
        throw ApiException.badRequest(
                "validation_failed", problems.values().iterator().next().get(0), problems);
    }

    private List<String> networks(Map<String, List<String>> problems) {
        var networks = new ArrayList<String>();
        for (var network : allowedIps.strip().split("[\\s,]+")) {
            try {
                if (!network.isEmpty()) {
                    Network.parse(network);
                    networks.add(network);
                }
            } catch (IllegalArgumentException e) {
                problems.computeIfAbsent("allowed_ips", field -> new ArrayList<>())
                        .add(e.getMessage());
            }
        }
        if (networks.size() > MAX_NETWORKS) {
            problems.put("allowed_ips", List.of("Use at most " + MAX_NETWORKS + " addresses and networks."));
        }
        return networks;
    }

    private @Nullable Instant end(Instant now, Map<String, List<String>> problems) {
        if (expires.isBlank()) {
            return null;
        }
        try {
            var end = LocalDate.parse(expires.strip())
                    .plusDays(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            if (end.isAfter(now) && end.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                return end;
            }
        } catch (DateTimeParseException notADate) {
            // Reported below.
        }
        problems.put("expires", List.of("Enter today or a later date."));
        return null;
    }
}
