package kith.nativetest;

import java.io.IOException;
import java.util.List;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The POSIX suite on a drive that is mounted by inode numbers. */
final class PosixLowLevelTest implements PosixSuite, PosixSuiteMatrix {
  static final PosixResidue SETGID =
      new PosixResidue(
          "carol: .* of mode (2666|[26]767) leaves",
          "2[67]6[67]",
          "the kernel's FUSE leaves setgid to what the group can't execute, whoever writes");

  private static final List<PosixResidue> RESIDUE =
      List.of(
          SETGID,
          new PosixResidue(
              ".*truncate to 10.* leaves",
              "\\[file REGULAR 644 60001:60001 2 10, again REGULAR 644 60001:60001 2 10]",
              "the kernel keeps the times, and truncate(2) to the same length moves none"),
          new PosixResidue(
              "root: read: file a indeed",
              "0",
              "the kernel reads from its own cache, and keeps no times of access"));

  private static PosixMounted mounted;
  private PosixMounted.Session session;

  @BeforeAll
  static void mount() throws IOException {
    mounted = new PosixMounted(Binding.LOW_LEVEL, RESIDUE);
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
