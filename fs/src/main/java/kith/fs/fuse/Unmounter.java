package kith.fs.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Runtime;
import kith.fs.fuse.MountException.Reason;

/** Takes mounts away: by umount2(2) for root, by fuse's set-uid helper for others. */
final class Unmounter {
  private static final int MNT_DETACH = 2;
  private static final List<String> HELPERS = List.of("fusermount3", "fusermount");
  private static final List<String> HELPER_FOLDERS = List.of("/usr/bin", "/bin", "/usr/local/bin");

  private final Libc libc;

  Unmounter(Libc libc) {
    this.libc = libc;
  }

  /** The helper's path, if it is installed. */
  static Optional<Path> helper() {
    return HELPERS.stream()
        .flatMap(name -> HELPER_FOLDERS.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static MountException noHelper() {
    return new MountException(
        Reason.NO_HELPER, "fusermount3 is missing: install the package fuse3");
  }

  boolean isRoot() {
    return libc.geteuid() == 0;
  }

  /**
   * Unmounts what nobody uses.
   *
   * @throws MountException BUSY if a file or a working directory is there
   */
  void unmount(MountPoint at) throws IOException {
    if (isRoot()) {
      int errno = umount2(at, 0);
      if (errno == Errno.EBUSY) {
        throw busy(at);
      }
      check(at, errno);
    } else {
      runHelper(at, List.of("-u"));
    }
  }

  /** Takes the mount out of sight at once; it ends when nobody uses it any more. */
  void detach(MountPoint at) throws IOException {
    if (isRoot()) {
      check(at, umount2(at, MNT_DETACH));
    } else {
      runHelper(at, List.of("-u", "-z"));
    }
  }

  private int umount2(MountPoint at, int flags) {
    byte[] bytes = at.bytes();
    long address = NativeMemory.allocate(bytes.length + 1L);
    try {
      NativeMemory.putString(address, bytes);
      return libc.umount2(address, flags) == 0 ? 0 : Runtime.getSystemRuntime().getLastError();
    } finally {
      NativeMemory.free(address);
    }
  }

  private static void check(MountPoint at, int errno) throws MountException {
    if (errno != 0) {
      throw new MountException(
          errno == Errno.EPERM ? Reason.NOT_PERMITTED : Reason.FAILED,
          "unmounting " + at + " failed with error " + errno);
    }
  }

  private static MountException busy(MountPoint at) {
    return new MountException(
        Reason.BUSY,
        at + " is in use; close its files and leave the folder (fuser -vm " + at + " lists)");
  }

  private static void runHelper(MountPoint at, List<String> options) throws IOException {
    Path helper = helper().orElseThrow(Unmounter::noHelper);
    var command = new ArrayList<String>();
    command.add(helper.toString());
    command.addAll(options);
    command.add(at.path().toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int status = exitValue(process);
    if (status != 0 && said.contains("busy")) {
      throw busy(at);
    }
    if (status != 0) {
      throw new MountException(Reason.FAILED, "unmounting " + at + " failed: " + said);
    }
  }

  private static int exitValue(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting", e);
    }
  }
}
