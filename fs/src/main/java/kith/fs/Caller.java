package kith.fs;

/**
 * Who asks.
 *
 * @param uid user's number
 * @param gid group's number
 * @param umask permission bits that a new file doesn't get where the folder has no default ACL; 0
 *     where the kernel has taken them away already
 */
public record Caller(int uid, int gid, int umask) {
  /** A caller whose umask the kernel has applied. */
  public Caller(int uid, int gid) {
    this(uid, gid, 0);
  }
}
