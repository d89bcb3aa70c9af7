package kith.nativetest;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import kith.fs.FileSystem;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;

/**
 * A process that mounts a filesystem, says "mounted", and unmounts when its standard input ends.
 * Arguments: the class of a {@link FileSystemSource}, the mount point, what the source is given.
 */
final class MountMain {
  private MountMain() {}

  public static void main(String[] args) throws Exception {
    var source =
        Class.forName(args[0])
            .asSubclass(FileSystemSource.class)
            .getDeclaredConstructor()
            .newInstance();
    FileSystem drive = source.open(args.length > 2 ? args[2] : "");
    try (FuseMount mount =
        FuseMount.mount(drive, Path.of(args[1]), MountOptions.standard(InstantSource.system()))) {
      System.out.println("mounted");
      System.in.transferTo(OutputStream.nullOutputStream());
      mount.unmount();
    } finally {
      source.close();
    }
  }
}
