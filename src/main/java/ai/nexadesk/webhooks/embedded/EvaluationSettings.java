package ai.nexadesk.webhooks.embedded;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The evaluation mode, once it is chosen. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface EvaluationSettings {

    /** Where the evaluation mode keeps its database and encryption key. */
    @WithDefault("${user.home}/.nexadesk-webhooks")
    String dataDir();
}
