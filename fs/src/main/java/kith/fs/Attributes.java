package kith.fs;

/**
 * What stat(2) tells of a file.
 *
 * @param inode inode number; the root of the drive is 1
 * @param kind file type
 * @param mode permission bits with setuid, setgid and sticky: 07777
 * @param uid owner's number
 * @param gid group's number
 * @param nlink names (2 + subdirectories for a directory)
 * @param size bytes
 * @param blocks allocated units of 512 bytes
 * @param device major and minor number of a device node as the kernel's dev_t, else 0
 * @param atime last access
 * @param mtime last change of the content
 * @param ctime last change of content or attributes
 */
public record Attributes(
    long inode,
    FileKind kind,
    int mode,
    int uid,
    int gid,
    int nlink,
    long size,
    long blocks,
    long device,
    Timestamp atime,
    Timestamp mtime,
    Timestamp ctime) {

  /** The same under another inode number. */
  Attributes withInode(long other) {
    return new Attributes(
        other, kind, mode, uid, gid, nlink, size, blocks, device, atime, mtime, ctime);
  }

  /** The same with another size. */
  public Attributes withSize(long other) {
    return new Attributes(
        inode, kind, mode, uid, gid, nlink, other, blocks, device, atime, mtime, ctime);
  }

  /** st_mode: type bits and permission bits. */
  public int stMode() {
    return kind.modeBits() | mode;
  }
}
