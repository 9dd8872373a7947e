package ai.nexadesk.webhooks.database;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jakarta.inject.Qualifier;

/**
 * The data source and the threads of publishing, sending and what comes round: connections of their own, in a role that sees all
 * workspaces. They take no part in transactions of the framework.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD})
public @interface Engine {}
