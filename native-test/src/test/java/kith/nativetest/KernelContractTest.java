package kith.nativetest;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.FileSystem;
import kith.fs.FileSystemContract;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** What holds for a filesystem holds for programs too that use it through the kernel. */
@BothBindings
final class KernelContractTest implements FileSystemContract {
  @Parameter Binding binding;

  @TempDir static Path folder;
  private static MountedProcess mounted;
  private KernelFileSystem drive;

  @BeforeParameterizedClassInvocation
  static void mount(Binding binding) throws IOException {
    mounted = MountedProcess.start(binding, DriveSource.class, folder, "");
  }

  @AfterParameterizedClassInvocation
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
