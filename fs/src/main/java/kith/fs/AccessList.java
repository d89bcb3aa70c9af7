package kith.fs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static kith.fs.DriveException.Reason.INVALID;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * A POSIX access control list as the kernel passes it in extended attributes
 * (linux/posix_acl_xattr.h): version u32, then entries of tag u16, permissions u16 and id u32,
 * little-endian. The kernel enforces lists or passes them over; keeping list and mode in step, and
 * handing lists down to new files, is the drive's share. Immutable.
 */
final class AccessList {
  private static final byte[] ACCESS = "system.posix_acl_access".getBytes(US_ASCII);
  private static final byte[] DEFAULT = "system.posix_acl_default".getBytes(US_ASCII);
  private static final int VERSION = 2;
  private static final int HEADER = 4;
  private static final int ENTRY = 8;
  private static final int MAX_ENTRIES = 8191;
  private static final int USER_OBJ = 1;
  private static final int USER = 2;
  private static final int GROUP_OBJ = 4;
  private static final int GROUP = 8;
  private static final int MASK = 0x10;
  private static final int OTHER = 0x20;
  private static final int PERMISSIONS = 7;
  private static final int SPECIAL_BITS = 07000;

  private final ByteBuffer entries;

  private AccessList(ByteBuffer entries) {
    this.entries = entries;
  }

  /** Name of the attribute with the list that says who may do what. */
  static byte[] access() {
    return ACCESS.clone();
  }

  /** Name of the attribute with the list that a directory hands down. */
  static byte[] byDefault() {
    return DEFAULT.clone();
  }

  static boolean isAccess(byte[] xattr) {
    return Arrays.equals(ACCESS, xattr);
  }

  static boolean isDefault(byte[] xattr) {
    return Arrays.equals(DEFAULT, xattr);
  }

  /** Whether a value is a list without entries, which stands for no list. */
  static boolean isEmpty(byte[] value) {
    return value.length == 0 || value.length == HEADER;
  }

  /**
   * @throws DriveException INVALID if this is no list, or one that lacks entries or has them in
   *     disorder
   */
  static AccessList of(byte[] value) throws DriveException {
    ByteBuffer buffer = ByteBuffer.wrap(value.clone()).order(ByteOrder.LITTLE_ENDIAN);
    boolean sized =
        value.length > HEADER
            && (value.length - HEADER) % ENTRY == 0
            && (value.length - HEADER) / ENTRY <= MAX_ENTRIES;
    if (!sized || buffer.getInt(0) != VERSION) {
      throw new DriveException(INVALID, "not an access control list");
    }
    var list = new AccessList(buffer);
    list.check();
    return list;
  }

  /** Owner, users, group, groups, mask, others; a mask is needed beside named entries. */
  private void check() throws DriveException {
    int before = 0;
    boolean named = false;
    for (int at = HEADER; at < entries.capacity(); at += ENTRY) {
      int tag = entries.getShort(at);
      boolean repeats = tag == before && (tag == USER || tag == GROUP);
      boolean known = Integer.bitCount(tag) == 1 && tag > 0 && tag <= OTHER;
      if (!known || tag < before || (tag == before && !repeats)) {
        throw new DriveException(INVALID, "tag " + tag + " after " + before);
      }
      if ((entries.getShort(at + Short.BYTES) & ~PERMISSIONS) != 0) {
        throw new DriveException(INVALID, "permissions of tag " + tag);
      }
      named |= tag == USER || tag == GROUP;
      before = tag;
    }
    boolean complete =
        find(USER_OBJ).isPresent() && find(GROUP_OBJ).isPresent() && find(OTHER).isPresent();
    if (!complete || (named && find(MASK).isEmpty())) {
      throw new DriveException(INVALID, "an access control list that lacks an entry");
    }
  }

  /** Whether a mode says as much: there is nothing to store. */
  boolean isMinimal() {
    return entries.capacity() == HEADER + 3 * ENTRY;
  }

  /** The mode that goes with the list; setuid, setgid and sticky as they were. */
  int mode(int before) {
    return (before & SPECIAL_BITS)
        | permissions(find(USER_OBJ).orElseThrow()) << 6
        | permissions(groupClass()) << 3
        | permissions(find(OTHER).orElseThrow());
  }

  /** The list that goes with a new mode. */
  AccessList withMode(int mode) {
    var changed = new AccessList(ByteBuffer.wrap(bytes()).order(entries.order()));
    changed.set(find(USER_OBJ).orElseThrow(), mode >> 6);
    changed.set(groupClass(), mode >> 3);
    changed.set(find(OTHER).orElseThrow(), mode);
    return changed;
  }

  /**
   * The list of a new file in a directory that hands this one down (POSIX.1e 23.1.6): nobody gets
   * more than whoever makes the file asks for.
   */
  AccessList forNew(int mode) {
    return withMode(mode & mode(0));
  }

  /** As stored in the attribute. */
  byte[] bytes() {
    var bytes = new byte[entries.capacity()];
    entries.get(0, bytes);
    return bytes;
  }

  /** The entry that the mode's bits for the group stand for. */
  private int groupClass() {
    return find(MASK).or(() -> find(GROUP_OBJ)).orElseThrow();
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
