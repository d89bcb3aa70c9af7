package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The POSIX suite on a drive that is mounted by paths. */
final class PosixPathBindingTest implements PosixSuite {
  private static final List<PosixResidue> RESIDUE =
      List.of(
          new PosixResidue(
              ".*(exchange|rename without replacing): .*",
              "EINVAL",
              "libfuse 2 passes no flags of renameat2"),
          new PosixResidue(
              ".*chown to nobody new.* leaves",
              ".*",
              "libfuse 2 doesn't pass a setattr on that changes nothing but ctime"),
          new PosixResidue(
              "carol: rename to: hard link",
              "EACCES",
              "two names of a file are two files to the kernel"));

  @TempDir static Path folder;
  @TempDir static Path ordinary;
  private static MountedProcess mounted;
  private static final Set<PosixResidue> MET = new HashSet<>();
  private PosixWorld drive;
  private PosixWorld reference;
  private PosixChecks checks;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(DriveSource.class, folder, "");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
    assertEquals(Set.copyOf(RESIDUE), MET, "known differences, of which some are no more");
  }

  @BeforeEach
  void open() {
    drive = new PosixWorld(folder);
    reference = new PosixWorld(ordinary);
    checks = new PosixChecks(drive, reference, RESIDUE);
  }

  @AfterEach
  void verify() throws IOException {
    drive.close();
    reference.close();
    MET.addAll(checks.met());
    System.out.println("CHECKS " + checks.count());
    checks.verify();
    assertTrue(checks.count() > 0, "no check was made");
  }

  @Override
  public PosixChecks checks() {
    return checks;
  }
}
