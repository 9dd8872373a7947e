package ai.nexadesk.webhooks.delivery;

import java.util.Optional;
import java.util.stream.Stream;
import jakarta.persistence.EnumeratedValue;

/** The status of a delivery. */
public enum DeliveryStatus {
    /** Waits for its first attempt. */
    QUEUED("queued"),

    /** Waits for an earlier delivery of the same record. Never stored: it follows from the lease. */
    WAITING("waiting"),

    /** An attempt is in progress. Never stored: it follows from the lease. */
    SENDING("sending"),

    /** Failed and waits for its next attempt. */
    RETRYING("retrying"),

    /** The endpoint accepted it. */
    DELIVERED("delivered"),

    /** All attempts of the schedule failed, its webhook was disabled automatically, or a person skipped it. */
    FAILED("failed"),

    /**
     * Ended before it was delivered: its webhook was deleted or disabled by a person, or its event was erased or is no longer
     * stored.
     */
    CANCELLED("cancelled"),

    /** An update that was merged into a later one of the same record. */
    MERGED("merged");

    @EnumeratedValue
    final String value;

    DeliveryStatus(String value) {
        this.value = value;
    }

    /** Its lowercase name in the REST API. */
    public String value() {
        return value;
    }

    /** Whether nothing more happens unless a person acts. */
    public boolean isFinal() {
        return this == DELIVERED || this == FAILED || this == CANCELLED || this == MERGED;
    }

    /** The status with this name in the REST API; empty if there is none. */
    public static Optional<DeliveryStatus> of(String value) {
        return Stream.of(values()).filter(status -> status.value.equals(value)).findFirst();
    }
}
