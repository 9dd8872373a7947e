package ai.nexadesk.webhooks.access;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import jakarta.ws.rs.NameBinding;

/** A request that may take the database long, such as a search: only a few of a person and of a workspace run at a time. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
public @interface Costly {}
