package kith.fs.fuse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import kith.fs.fuse.MountException.Reason;

/** A directory to mount on, or mounted on. */
final class MountPoint {
  /** What a mount of a Kith drive looks like in the mount table. */
  static final String TYPE = "fuse.kith";

  private final Path path;
  private final byte[] bytes;

  /**
   * @param path absolute, without symbolic links. Nothing that doesn't answer may be mounted there
   */
  private MountPoint(Path path) {
    this.path = path;
    this.bytes = bytes(path);
  }

  /**
   * An existing, empty directory on which nothing is mounted. The mount of a node that died there
   * before is taken away.
   *
   * @throws MountException if nothing can be mounted there
   */
  static MountPoint prepare(Path given, Unmounter unmounter) throws IOException {
    Path path = given.toAbsolutePath().normalize();
    var stale = new MountPoint(unresolved(path));
    Optional<String> type = stale.mountedType();
    if (type.isPresent() && type.get().equals(TYPE) && isDead(path)) {
      unmounter.detach(stale);
    } else if (type.isPresent()) {
      throw new MountException(
          Reason.ALREADY_MOUNTED,
          given + " already has something mounted (" + type.get() + "); choose another folder");
    }
    return empty(given, path);
  }

  private static MountPoint empty(Path given, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new MountException(
          Reason.NO_MOUNT_POINT, given + " does not exist; make it first: mkdir -p " + given);
    }
    if (!Files.isDirectory(path)) {
      throw new MountException(Reason.NOT_A_DIRECTORY, given + " is not a folder");
    }
    try (var entries = Files.newDirectoryStream(path)) {
      if (entries.iterator().hasNext()) {
        throw new MountException(
            Reason.NOT_EMPTY,
            given + " is not empty; what is in it would be hidden: choose an empty folder");
      }
    } catch (AccessDeniedException e) {
      throw new MountException(Reason.NOT_PERMITTED, given + " cannot be read by this user", e);
    }
    return new MountPoint(path.toRealPath());
  }

  /** Absolute, without symbolic links. */
  Path path() {
    return path;
  }

  /** Type of the filesystem that is mounted there, if any is. */
  Optional<String> mountedType() throws IOException {
    return MountTable.typeAt(bytes);
  }

  /** Major and minor number, such as "0:39", of what is mounted there, if anything is. */
  Optional<String> mountedDevice() throws IOException {
    return MountTable.deviceAt(bytes);
  }

  /** Whether a drive is mounted there. */
  boolean isMounted() throws IOException {
    return mountedType().filter(TYPE::equals).isPresent();
  }

  MountException goneAlready() {
    return new MountException(Reason.FAILED, this + " was mounted, but is gone already");
  }

  /** The bytes of the path as the kernel knows them. */
  byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Exact also where the locale cannot express the name. Asks the kernel about the path, which
   * would wait for ever on a mount that isn't served yet.
   */
  private static byte[] bytes(Path path) {
    String raw = path.toUri().getRawPath();
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        out.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.write(raw.charAt(i));
      }
    }
    byte[] bytes = out.toByteArray();
    boolean slash = bytes.length > 1 && bytes[bytes.length - 1] == '/';
    return slash ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
  }

  /** Without symbolic links in the parent; the directory itself may answer to nothing. */
  private static Path unresolved(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      return path;
    }
    try {
      return parent.toRealPath().resolve(path.getFileName());
    } catch (NoSuchFileException e) {
      return path;
    }
  }

  /** Whether nobody serves it. Listing asks, while the kernel may know attributes yet. */
  private static boolean isDead(Path path) throws IOException {
    try (var entries = Files.newDirectoryStream(path)) {
      return false;
    } catch (AccessDeniedException | NoSuchFileException | NotDirectoryException e) {
      return false;
    } catch (FileSystemException e) {
      return true;
    }
  }

  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
