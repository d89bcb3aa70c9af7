package kith.fs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import kith.fs.MemoryFileSystem;
import kith.fs.fuse.MountException.Reason;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is mounted here: each is refused before. */
final class MountRefusalTest {
  private static final Path DEVICE = Path.of("/dev/null");

  @TempDir Path folder;

  private MountException refusal(Path at, Machine machine) {
    var drive = new MemoryFileSystem(InstantSource.system(), 1);
    var options = MountOptions.standard(InstantSource.system());
    return assertThrows(
        MountException.class, () -> FuseMount.mount(drive, at, options, machine).close());
  }

  private void assertRefused(Path at, Reason reason, String advice) {
    MountException refusal = refusal(at, new Machine("libfuse3.so.3", "libfuse.so.2", DEVICE));
    assertEquals(reason, refusal.reason());
    assertTrue(refusal.getMessage().contains(advice), refusal.getMessage());
  }

  @Test
  void aFolderThatDoesNotExist() {
    Path missing = folder.resolve("missing");
    assertRefused(missing, Reason.NO_MOUNT_POINT, "mkdir -p " + missing);
  }

  @Test
  void aFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(file, Reason.NOT_A_DIRECTORY, "file is not a folder");
  }

  @Test
  void aFolderThatIsNotEmpty() throws IOException {
    Files.createFile(folder.resolve("file"));
    assertRefused(folder, Reason.NOT_EMPTY, "choose an empty folder");
  }

  @Test
  void aPlaceWhereSomethingElseIsMounted() {
    assertRefused(Path.of("/proc"), Reason.ALREADY_MOUNTED, "(proc)");
  }

  @Test
  void aMachineWithoutTheDevice() {
    MountException refusal =
        refusal(folder, new Machine("libfuse3.so.3", "libfuse.so.2", folder.resolve("fuse")));
    assertEquals(Reason.NO_DEVICE, refusal.reason());
    assertTrue(refusal.getMessage().contains("modprobe fuse"), refusal.getMessage());
  }

  @Test
  void aMachineWithoutAnyLibrary() {
    MountException refusal = refusal(folder, new Machine("libfuse3.no", "libfuse.no", DEVICE));
    assertEquals(Reason.NO_LIBRARY, refusal.reason());
    assertTrue(refusal.getMessage().contains("install the package fuse3"));
  }

  @Test
  void aMachineWithoutTheOneLibraryAskedFor() {
    var without = new Machine("libfuse3.no", "libfuse.no", DEVICE);
    var drive = new MemoryFileSystem(InstantSource.system(), 1);
    MountOptions options = MountOptions.standard(InstantSource.system()).with(Binding.PATH);
    var refusal =
        assertThrows(
            MountException.class, () -> FuseMount.mount(drive, folder, options, without).close());
    assertTrue(refusal.getMessage().contains("install the package libfuse2"));
  }
}
