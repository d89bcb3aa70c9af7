package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.fs.fuse.MountOptions.Binding;

/**
 * A mounted drive and an ordinary directory beside it, in which the same checks are made. The
 * ordinary one lies in the temporary folder if that is on a filesystem of the machine's own, else
 * in memory.
 */
final class PosixMounted implements AutoCloseable {
  private static final Set<String> OWN = Set.of("ext4", "ext3", "xfs", "btrfs", "tmpfs");

  private final MountedProcess mounted;
  private final Path folder;
  private final Path ordinary;
  private final List<PosixResidue> residue;
  private final Set<PosixResidue> sought = new HashSet<>();
  private final Set<PosixResidue> met = new HashSet<>();

  PosixMounted(Binding binding, List<PosixResidue> residue) throws IOException {
    folder = Files.createTempDirectory("kith-posix-mount");
    boolean own = OWN.contains(Files.getFileStore(folder).type());
    ordinary =
        Files.createTempDirectory(own ? folder.getParent() : Path.of("/dev/shm"), "kith-posix");
    mounted = MountedProcess.start(binding, DriveSource.class, folder, "");
    this.residue = residue;
  }

  /** The checks of one test. */
  Session begin() {
    return new Session(new PosixWorld(folder), new PosixWorld(ordinary));
  }

  /** Both directories, empty, for one test. */
  final class Session implements AutoCloseable {
    private final PosixWorld drive;
    private final PosixWorld reference;
    private final PosixChecks checks;

    private Session(PosixWorld drive, PosixWorld reference) {
      this.drive = drive;
      this.reference = reference;
      this.checks = new PosixChecks(drive, reference, residue);
    }

    PosixChecks checks() {
      return checks;
    }

    /** Throws if a check failed. */
    @Override
    public void close() throws IOException {
      drive.close();
      reference.close();
      sought.addAll(checks.sought());
      met.addAll(checks.met());
      checks.verify();
      assertTrue(checks.count() > 0, "no check was made");
    }
  }

  /** Throws also if a known difference was not met in any of the checks that it is about. */
  @Override
  public void close() throws IOException {
    mounted.close();
    Files.delete(folder);
    Files.delete(ordinary);
    assertEquals(sought, met, "known differences, of which some are no more");
  }
}
