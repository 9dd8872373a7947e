package ai.nexadesk.webhooks.delivery;

import jakarta.persistence.EnumeratedValue;

/** Why an attempt is made. */
public enum Trigger {
    /** It was scheduled. */
    AUTOMATIC("automatic"),

    /** A person or a program requested it. */
    MANUAL("manual");

    @EnumeratedValue
    final String value;

    Trigger(String value) {
        this.value = value;
    }

    /** Its lowercase name in the REST API. */
    public String value() {
        return value;
    }

    public static Trigger of(String value) {
        return value.equals(MANUAL.value) ? MANUAL : AUTOMATIC;
    }
}
