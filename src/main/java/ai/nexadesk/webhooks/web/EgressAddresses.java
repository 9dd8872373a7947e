package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.OutgoingSettings;

import java.util.List;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The source addresses of requests, for receivers' firewalls; {@code cdi:egress} in templates. */
@Named("egress")
@Singleton
public class EgressAddresses {

    private final List<String> all;

    EgressAddresses(OutgoingSettings settings) {
        this.all = settings.publicAddresses().orElse(List.of()).stream()
                .map(String::strip)
                .toList();
    }

    /** Addresses and networks as the operator wrote them; empty if none are configured. */
    public List<String> getAll() {
        return all;
    }
}
