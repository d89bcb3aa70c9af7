package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Mounting and its end, orderly or not. */
@BothBindings
final class MountLifeTest {
  @Parameter Binding binding;

  @TempDir Path folder;

  private boolean isMounted() throws IOException {
    return Shell.run("cat /proc/self/mounts").contains(" " + folder + " ");
  }

  @Test
  void unmountingLeavesAnEmptyFolder() throws IOException {
    MountedProcess mounted = MountedProcess.start(binding, MemorySource.class, folder, "");
    Shell.run("echo x > '" + folder + "/x'");
    mounted.close();
    assertFalse(isMounted());
    assertEquals("", Shell.run("ls -A '" + folder + "'"));
  }

  @Test
  void aDeadProcessIsNoEmptyFolderAndTheNextMountCleansUp() throws IOException {
    MountedProcess first = MountedProcess.start(binding, MemorySource.class, folder, "");
    Shell.run("ls -ld '" + folder + "'");
    first.kill();
    String failure =
        assertThrows(IOException.class, () -> Shell.run("ls '" + folder + "'")).getMessage();
    assertTrue(failure.contains("not connected"), failure);
    try (var second = MountedProcess.start(binding, MemorySource.class, folder, "")) {
      Shell.run("echo x > '" + folder + "/x'");
    }
    assertFalse(isMounted());
  }

  @Test
  void aSecondMountOnTheSameFolderIsRefused() throws IOException {
    try (var first = MountedProcess.start(binding, MemorySource.class, folder, "")) {
      String failure =
          assertThrows(
                  IOException.class,
                  () -> MountedProcess.start(binding, MemorySource.class, folder, ""))
              .getMessage();
      assertTrue(failure.contains("already has something mounted (fuse.kith)"), failure);
      Shell.run("echo still here > '" + first.mountPoint() + "/x'");
    }
  }

  @Test
  void aMountInUseIsNotTakenAway() throws IOException {
    MountedProcess mounted = MountedProcess.start(binding, MemorySource.class, folder, "");
    Path file = Files.createFile(folder.resolve("open"));
    try (var open = Files.newOutputStream(file)) {
      open.write(1);
      String failure = assertThrows(IOException.class, mounted::close).getMessage();
      assertTrue(failure.contains("is in use"), failure);
    }
    assertFalse(isMounted());
  }

  @Test
  void whoeverUnmountsTheProcessEndsInOrder() throws IOException {
    MountedProcess mounted = MountedProcess.start(binding, MemorySource.class, folder, "");
    Shell.run("umount '" + folder + "'");
    mounted.close();
    assertFalse(isMounted());
  }

  @Test
  void foldersWithOddNamesAreMountPoints() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("caf\u00e9 \\ and\ttab"));
    try (var mounted = MountedProcess.start(binding, MemorySource.class, odd, "")) {
      Files.writeString(mounted.mountPoint().resolve("x"), "y");
    }
    try (var left = Files.list(odd)) {
      assertEquals(0, left.count());
    }
  }
}
