package kith.fs.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel read further ahead than the 128 KiB to which it holds FUSE: two requests of a
 * mebibyte, so that two threads open chunks at the same time. Only root may ask for that
 * (sysfs-class-bdi); for others it stays as it is.
 */
final class LowReadAhead {
  private static final Logger LOG = LoggerFactory.getLogger(LowReadAhead.class);
  private static final Path DEVICES = Path.of("/sys/class/bdi");
  private static final String KIBIBYTES = "2048";

  private LowReadAhead() {}

  /** To be called when the kernel has been answered its first request. */
  static void extend(MountPoint at) throws IOException {
    Optional<String> device = at.mountedDevice();
    if (device.isEmpty()) {
      return;
    }
    Path setting = DEVICES.resolve(device.get()).resolve("read_ahead_kb");
    try {
      Files.writeString(setting, KIBIBYTES, StandardOpenOption.WRITE);
    } catch (IOException e) {
      LOG.debug("{} cannot be set: {}", setting, e.toString());
    }
  }
}
