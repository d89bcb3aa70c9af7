package kith.fs.fuse;

import java.nio.file.Files;
import java.nio.file.Path;
import kith.fs.fuse.MountException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this machine has for mounting.
 *
 * @param lowLibrary name of libfuse3
 * @param pathLibrary name of libfuse 2
 * @param device the kernel's end
 */
record Machine(String lowLibrary, String pathLibrary, Path device) {
  static final Machine STANDARD =
      new Machine("libfuse3.so.3", "libfuse.so.2", Path.of("/dev/fuse"));

  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  /**
   * Loads the library to mount with.
   *
   * @throws MountException that names what is missing
   */
  MountBinding.Library library(MountOptions.Binding wanted, Unmounter unmounter)
      throws MountException {
    if (!Files.exists(device)) {
      throw new MountException(
          Reason.NO_DEVICE,
          device
              + " is missing: load the kernel's module (modprobe fuse), or start the container"
              + " with --device /dev/fuse --cap-add SYS_ADMIN");
    }
    MountBinding.Library library =
        switch (wanted) {
          case LOW_LEVEL -> low();
          case PATH -> path();
          case AUTO -> lowElsePath();
        };
    if (!unmounter.isRoot() && Unmounter.helper().isEmpty()) {
      throw Unmounter.noHelper();
    }
    return library;
  }

  private MountBinding.Library lowElsePath() throws MountException {
    MountException why;
    try {
      return low();
    } catch (MountException e) {
      why = e;
    }
    try {
      MountBinding.Library found = path();
      LOG.info("{}; mounting with {} instead, which does less", why.getMessage(), pathLibrary);
      return found;
    } catch (MountException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private MountBinding.Library low() throws MountException {
    LowLibrary fuse = LowLibrary.load(lowLibrary);
    int version = fuse.fuse_version();
    if (!LowLayout.isKnown(version)) {
      throw new MountException(
          Reason.NO_LIBRARY,
          lowLibrary
              + " has version "
              + version / 100
              + "."
              + version % 100
              + ", which this program does not know");
    }
    return (drive, at, options, everybody) -> LowBinding.mount(fuse, drive, at, options, everybody);
  }

  private MountBinding.Library path() throws MountException {
    Libfuse fuse = Libfuse.load(pathLibrary);
    return (drive, at, options, everybody) ->
        PathBinding.mount(fuse, drive, at, options, everybody);
  }
}
