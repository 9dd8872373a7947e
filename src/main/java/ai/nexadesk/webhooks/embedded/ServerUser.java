package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The user that PostgreSQL runs as, because PostgreSQL refuses to run as root. An ordinary user runs it as themselves.
 * Root runs it in a user namespace, in which it is nobody but may use root's files. If that is not allowed, it runs as
 * the user nobody, who then owns the data.
 */
final class ServerUser {

    private static final int NOBODY = 65534;
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
    private static final List<String> NAMESPACE = List.of("unshare", "--user");
    private static final boolean HAS_NAMESPACES = IS_ROOT && canRun(NAMESPACE);

    private ServerUser() {}

    /** Extends the command so that it runs as the right user. */
    static List<String> command(List<String> command) {
        if (!IS_ROOT) {
            return command;
        }
        var all = new ArrayList<>(
                HAS_NAMESPACES
                        ? NAMESPACE
                        : List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        all.addAll(command);
        return all;
    }

    /** Makes this file or directory readable for that user only. */
    static void own(Path path) throws IOException {
        if (IS_ROOT && !HAS_NAMESPACES) {
            Files.setAttribute(path, "unix:uid", NOBODY);
            Files.setAttribute(path, "unix:gid", NOBODY);
        }
        Files.setPosixFilePermissions(
                path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }

    private static boolean canRun(List<String> prefix) {
        var command = new ArrayList<>(prefix);
        command.add("true");
        try {
            var process = new ProcessBuilder(command).start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
