package kith.nativetest;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.FileSystem;
import kith.fs.FileSystemContract;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What holds for a filesystem holds for programs too that use it through the kernel. */
final class KernelPathContractTest implements FileSystemContract {
  @TempDir static Path folder;
  private static MountedProcess mounted;
  private KernelFileSystem drive;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(Binding.PATH, DriveSource.class, folder, "");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  @BeforeEach
  void open() throws IOException {
    drive = new KernelFileSystem(folder.toString());
  }

  @AfterEach
  void empty() throws IOException {
    drive.close();
    Shell.run("find '" + folder + "' -mindepth 1 -delete");
  }

  @Override
  public FileSystem drive() {
    return drive;
  }
}
