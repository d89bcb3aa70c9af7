package kith.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.XattrMode;

/** Extended attributes of {@link MemoryFileSystem}, under whose lock it is used. */
final class MemoryFileSystemXattrs {
  private static final String ACCESS = key(AccessList.access());
  private static final String DEFAULT = key(AccessList.byDefault());

  private static boolean isList(byte[] name) {
    return Arrays.equals(name, AccessList.access()) || Arrays.equals(name, AccessList.byDefault());
  }

  Optional<byte[]> get(MemoryFileSystemNode node, byte[] name) throws DriveException {
    XattrNames.requireSupported(name);
    return Optional.ofNullable(node.xattrs.get(key(name))).map(byte[]::clone);
  }

  List<byte[]> names(MemoryFileSystemNode node) {
    return node.xattrs.keySet().stream()
        .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }

  void remove(MemoryFileSystemNode node, byte[] name) throws DriveException {
    XattrNames.requireSupported(name);
    if (node.xattrs.remove(key(name)) == null && !isList(name)) {
      throw new DriveException(Reason.NO_ATTRIBUTE, "attribute");
    }
  }

  void set(MemoryFileSystemNode node, byte[] name, byte[] value, XattrMode mode)
      throws DriveException {
    XattrNames.requireSupported(name);
    if (isList(name)) {
      setList(node, name, value);
      return;
    }
    boolean exists = node.xattrs.containsKey(key(name));
    if (exists && mode == XattrMode.CREATE) {
      throw new DriveException(Reason.EXISTS, "attribute");
    }
    if (!exists && mode == XattrMode.REPLACE) {
      throw new DriveException(Reason.NO_ATTRIBUTE, "attribute");
    }
    node.xattrs.put(key(name), value.clone());
  }

  /** Keeps bytes as they are. */
  private static String key(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static void setList(MemoryFileSystemNode node, byte[] name, byte[] value)
      throws DriveException {
    String key = key(name);
    if (AccessList.isEmpty(value)) {
      node.xattrs.remove(key);
      return;
    }
    AccessList list = AccessList.of(value);
    if (key.equals(DEFAULT) && node.kind != FileKind.DIRECTORY) {
      throw new DriveException(Reason.ACCESS_DENIED, "no directory");
    }
    node.xattrs.put(key, value.clone());
    if (key.equals(ACCESS)) {
      node.mode = list.mode(node.mode);
      if (list.isMinimal()) {
        node.xattrs.remove(key);
      }
    }
  }

  /** The mode has changed. */
  void adapt(MemoryFileSystemNode node) throws DriveException {
    byte[] stored = node.xattrs.get(ACCESS);
    if (stored != null) {
      node.xattrs.put(ACCESS, AccessList.of(stored).withMode(node.mode).bytes());
    }
  }

  void inherit(MemoryFileSystemNode parent, MemoryFileSystemNode made, int umask)
      throws DriveException {
    if (made.kind == FileKind.SYMLINK) {
      return;
    }
    byte[] stored = parent.xattrs.get(DEFAULT);
    if (stored == null) {
      made.mode &= ~umask;
      return;
    }
    AccessList access = AccessList.of(stored).forNew(made.mode);
    made.mode = access.mode(made.mode);
    if (!access.isMinimal()) {
      made.xattrs.put(ACCESS, access.bytes());
    }
    if (made.kind == FileKind.DIRECTORY) {
      made.xattrs.put(DEFAULT, stored);
    }
  }
}
