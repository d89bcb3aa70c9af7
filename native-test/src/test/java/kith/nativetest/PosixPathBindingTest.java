package kith.nativetest;

import java.io.IOException;
import java.util.List;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The POSIX suite on a drive that is mounted by paths. */
final class PosixPathBindingTest implements PosixSuite {
  private static final List<PosixResidue> RESIDUE =
      List.of(
          PosixLowLevelTest.SETGID,
          new PosixResidue(
              "carol: list .*|access .*",
              "EACCES",
              "libfuse 2 doesn't let the kernel enforce access control lists"),
          new PosixResidue(
              "under a default list .*",
              ".*",
              "libfuse 2 doesn't tell the umask, which the kernel has applied already"),
          new PosixResidue("(alice: )?(fallocate|punch) .*", ".*", "libfuse 2 passes no fallocate"),
          new PosixResidue("seek [34] .*", "\\d+", "libfuse 2 passes no lseek: all is data"),
          new PosixResidue(
              "root: removed: fstat", "ENOENT", "libfuse 2 asks by the path, which is gone"));

  private static PosixMounted mounted;
  private PosixMounted.Session session;

  @BeforeAll
  static void mount() throws IOException {
    mounted = new PosixMounted(Binding.PATH, RESIDUE);
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  @BeforeEach
  void begin() {
    session = mounted.begin();
  }

  @AfterEach
  void end() throws IOException {
    session.close();
  }

  @Override
  public PosixChecks checks() {
    return session.checks();
  }
}
