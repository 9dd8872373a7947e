package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Database;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * Fills the database's disk for a while. The disk is a small tmpfs with a filler file that is removed later. Mounting
 * it requires root.
 */
final class DiskFull {

    private static final String SIZE = "size=400m";
    private static final long LEFT_BYTES = 12L << 20;
    private static final int FULL_SECONDS = 20;
    private static final int PATIENCE_SECONDS = 90;
    private static final int RATE = 300;

    private final Options options;
    private final Report report;

    DiskFull(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    void run(String name) throws Exception {
        var mount = Files.createTempDirectory("nexadesk-bench-disk");
        try {
            Pause.run(List.of("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", mount.toString()));
        } catch (IOException e) {
            report.fail(name + ": cannot mount a tmpfs, which requires root: " + e.getMessage());
            Files.delete(mount);
            return;
        }
        try (var lab = Lab.empty(options, 8, Files.createDirectory(mount.resolve("lab")));
                var cable = Cable.to(lab.database().port())) {
            lab.startApplication(cable.jdbcUrl());
            lab.makeSpaces(Collections.nCopies(4, 2));
            new FaultRun(name, lab, report).under(options.number("rate", RATE), run -> fill(run, mount, cable));
        } finally {
            Pause.run(List.of("umount", mount.toString()));
            Files.delete(mount);
        }
    }

    private void fill(FaultRun run, Path mount, Cable cable) throws Exception {
        var ballast = mount.resolve("ballast");
        run.crash();
        var free = mount.toFile().getUsableSpace() - LEFT_BYTES;
        try (var out = Files.newOutputStream(ballast)) {
            var block = new byte[1 << 20];
            for (long written = 0; written < free; written += block.length) {
                out.write(block);
            }
        } catch (IOException full) {
            System.out.println("  the database used the remaining space first: " + full.getMessage());
        }
        boolean wasFull = awaitFull(mount, run.lab().database());
        if (!wasFull) {
            report.fail("The disk was never full.");
        }
        run.hold(FULL_SECONDS);
        Files.delete(ballast);
        run.crash();
        Pause.millis(5_000);
        boolean answers = answers(run.lab().database());
        System.out.printf(
                "  when there was space again, PostgreSQL %s%n",
                answers ? "continued by itself" : "had exited, and is restarted");
        if (!answers) {
            cable.cut();
            run.lab().database().restart();
            cable.mend(run.lab().database().port());
        }
        Pause.millis(10_000);
    }

    /**
     * Waits until the disk is full. PostgreSQL exits if there is no room for a WAL segment, even if some space is left.
     */
    private static boolean awaitFull(Path mount, Database database) throws IOException {
        for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
            if (mount.toFile().getUsableSpace() < 1 << 20 || !answers(database)) {
                return true;
            }
            Pause.millis(100);
        }
        return false;
    }

    private static boolean answers(Database database) {
        try {
            return database.number("select 1") == 1;
        } catch (SQLException e) {
            return false;
        }
    }
}
