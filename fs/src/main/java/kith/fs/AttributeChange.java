package kith.fs;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one setattr changes; what is empty stays. Permission to do it has been checked by the kernel
 * (default_permissions); the drive clears setuid and setgid when the owner changes.
 *
 * @param mode new permission bits, 07777
 * @param uid new owner
 * @param gid new group
 * @param size new length in bytes
 * @param atime new access time
 * @param mtime new modification time
 * @param ctime time of the last change, where the kernel's writeback cache keeps it; else the drive
 *     takes its clock's
 */
public record AttributeChange(
    OptionalInt mode,
    OptionalInt uid,
    OptionalInt gid,
    OptionalLong size,
    Optional<Timestamp> atime,
    Optional<Timestamp> mtime,
    Optional<Timestamp> ctime) {
  private static final AttributeChange NONE =
      new AttributeChange(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Only the permission bits. */
  public static AttributeChange mode(int mode) {
    return new AttributeChange(
        OptionalInt.of(mode), NONE.uid, NONE.gid, NONE.size, NONE.atime, NONE.mtime, NONE.ctime);
  }

  /** Only owner and group, either of which may be empty. */
  public static AttributeChange owner(OptionalInt uid, OptionalInt gid) {
    return new AttributeChange(NONE.mode, uid, gid, NONE.size, NONE.atime, NONE.mtime, NONE.ctime);
  }

  /** Only the length. */
  public static AttributeChange size(long size) {
    return new AttributeChange(
        NONE.mode, NONE.uid, NONE.gid, OptionalLong.of(size), NONE.atime, NONE.mtime, NONE.ctime);
  }

  /** Only the times, either of which may be empty. */
  public static AttributeChange times(Optional<Timestamp> atime, Optional<Timestamp> mtime) {
    return new AttributeChange(NONE.mode, NONE.uid, NONE.gid, NONE.size, atime, mtime, NONE.ctime);
  }
}
