package kith.fs.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import kith.fs.DriveException;
import kith.fs.DriveException.Reason;

/**
 * A POSIX access control list as the kernel passes it in the attribute system.posix_acl_access
 * (linux/posix_acl_xattr.h): version u32, then entries of tag u16, permissions u16 and id u32,
 * little-endian. Through libfuse 2 the kernel leaves it to us to keep list and mode in step: cp -p
 * sets the mode by nothing but a list.
 */
final class AccessList {
  private static final int VERSION = 2;
  private static final int HEADER = 4;
  private static final int ENTRY = 8;
  private static final int MAX_ENTRIES = 8191;
  private static final int USER_OBJ = 1;
  private static final int GROUP_OBJ = 4;
  private static final int MASK = 0x10;
  private static final int OTHER = 0x20;
  private static final int PERMISSIONS = 7;
  private static final int SPECIAL_BITS = 07000;

  private final ByteBuffer entries;

  private AccessList(ByteBuffer entries) {
    this.entries = entries;
  }

  /**
   * @throws DriveException INVALID if this is no list, or one without user, group or others
   */
  static AccessList of(byte[] value) throws DriveException {
    ByteBuffer buffer = ByteBuffer.wrap(value.clone()).order(ByteOrder.LITTLE_ENDIAN);
    boolean sized =
        value.length > HEADER
            && (value.length - HEADER) % ENTRY == 0
            && (value.length - HEADER) / ENTRY <= MAX_ENTRIES;
    if (!sized || buffer.getInt(0) != VERSION) {
      throw new DriveException(Reason.INVALID, "not an access control list");
    }
    var list = new AccessList(buffer);
    for (int tag : new int[] {USER_OBJ, GROUP_OBJ, OTHER}) {
      if (list.find(tag).isEmpty()) {
        throw new DriveException(Reason.INVALID, "an access control list without tag " + tag);
      }
    }
    return list;
  }

  /** Whether the mode says as much: there is nothing to store. */
  boolean isMinimal() {
    return entries.capacity() == HEADER + 3 * ENTRY;
  }

  /** The mode that goes with the list; setuid, setgid and sticky as they were. */
  int mode(int before) {
    int group = find(MASK).or(() -> find(GROUP_OBJ)).orElseThrow();
    return (before & SPECIAL_BITS)
        | permissions(find(USER_OBJ).orElseThrow()) << 6
        | permissions(group) << 3
        | permissions(find(OTHER).orElseThrow());
  }

  /** The list that goes with a new mode. */
  byte[] withMode(int mode) {
    var changed = new AccessList(ByteBuffer.wrap(bytes()).order(entries.order()));
    changed.set(find(USER_OBJ).orElseThrow(), mode >> 6);
    changed.set(find(MASK).or(() -> find(GROUP_OBJ)).orElseThrow(), mode >> 3);
    changed.set(find(OTHER).orElseThrow(), mode);
    return changed.bytes();
  }

  private byte[] bytes() {
    var bytes = new byte[entries.capacity()];
    entries.get(0, bytes);
    return bytes;
  }

  /** Where the entry with that tag starts. */
  private Optional<Integer> find(int tag) {
    for (int at = HEADER; at < entries.capacity(); at += ENTRY) {
      if (entries.getShort(at) == tag) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private int permissions(int at) {
    return entries.getShort(at + Short.BYTES) & PERMISSIONS;
  }

  private void set(int at, int permissions) {
    entries.putShort(at + Short.BYTES, (short) (permissions & PERMISSIONS));
  }
}
