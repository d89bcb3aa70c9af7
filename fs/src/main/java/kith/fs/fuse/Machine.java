package kith.fs.fuse;

import java.nio.file.Files;
import java.nio.file.Path;
import kith.fs.fuse.MountException.Reason;

/**
 * What this machine has for mounting.
 *
 * @param library name of libfuse
 * @param device the kernel's end
 */
record Machine(String library, Path device) {
  static final Machine STANDARD = new Machine("libfuse.so.2", Path.of("/dev/fuse"));

  /**
   * Loads libfuse.
   *
   * @throws MountException that names what is missing
   */
  Libfuse libfuse(Unmounter unmounter) throws MountException {
    if (!Files.exists(device)) {
      throw new MountException(
          Reason.NO_DEVICE,
          device
              + " is missing: load the kernel's module (modprobe fuse), or start the container"
              + " with --device /dev/fuse --cap-add SYS_ADMIN");
    }
    Libfuse libfuse = Libfuse.load(library);
    if (!unmounter.isRoot() && Unmounter.helper().isEmpty()) {
      throw Unmounter.noHelper();
    }
    return libfuse;
  }
}
