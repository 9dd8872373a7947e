package ai.nexadesk.webhooks.embedded;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** The PostgreSQL programs that are bundled with the application, unpacked once. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /**
     * Unpacks the programs below this directory, unless they are already there.
     *
     * @return the directory with {@code bin} and {@code share}
     */
    static Path unpackBelow(Path parent) throws IOException {
        var home = parent.resolve("postgresql-" + version());
        if (Files.isDirectory(home)) {
            return home;
        }
        Files.createDirectories(parent);
        var unfinished = Files.createTempDirectory(parent, "unpacking-");
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var archive = open(archiveName())) {
            unpack(archive, unfinished);
        }
        try {
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            // Another process was faster.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
        return home;
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive of PostgreSQL leaves its directory: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                    } else {
                        Files.copy(tar, path);
                        boolean program = (entry.getMode() & 0100) != 0;
                        Files.setPosixFilePermissions(
                                path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                    }
                }
            }
        }
    }

    private static InputStream open(String resource) throws IOException {
        var stream = PostgresBinaries.class.getResourceAsStream("/" + resource);
        if (stream == null) {
            throw new IOException("There is no embedded PostgreSQL for this platform (" + resource
                    + "). Configure a database: quarkus.datasource.jdbc.url, .username and .password.");
        }
        return stream;
    }

    private static String archiveName() {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        var architecture = System.getProperty("os.arch");
        var name = architecture.equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + os + "-" + name + ".txz";
    }

    private static String version() {
        var version = PostgresBinaries.class.getPackage().getImplementationVersion();
        return version == null ? "18" : "18-" + version;
    }
}
