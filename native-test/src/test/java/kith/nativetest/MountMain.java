package kith.nativetest;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import kith.fs.FileSystem;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;

/**
 * A process that mounts a filesystem, says "mounted", and unmounts when its standard input ends.
 * The system property kith.binding tells which binding, kith.spinMicros how it waits. Arguments:
 * the class of a {@link FileSystemSource}, the mount point, what the source is given.
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
    var binding = MountOptions.Binding.valueOf(System.getProperty("kith.binding"));
    int spin = Integer.getInteger("kith.spinMicros", MountOptions.SPIN_MICROS);
    var options =
        new MountOptions(InstantSource.system(), binding, 4, 16, spin, MountOptions.Trust.STANDARD);
    try (FuseMount mount = FuseMount.mount(drive, Path.of(args[1]), options)) {
      System.out.println("mounted");
      System.in.transferTo(OutputStream.nullOutputStream());
      mount.unmount();
    } finally {
      source.close();
    }
  }
}
