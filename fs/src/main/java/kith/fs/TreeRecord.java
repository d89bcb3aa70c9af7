package kith.fs;

import kith.codec.CorruptDataException;

/**
 * All that a packed tree keeps of a file: what stat, rsync and a restore need. Hard-linked names
 * have a record each, with the same inode number. Immutable.
 *
 * @param attributes with the time of last access equal to that of last change, since reading must
 *     not make a tree differ
 * @param user the owner's name, empty if unknown
 * @param group the group's name, empty if unknown
 * @param target of a symlink, else empty
 */
record TreeRecord(
    Attributes attributes,
    String user,
    String group,
    byte[] target,
    TreeRecordXattrs xattrs,
    TreeRecordContent content) {
  static final int VERSION = 1;

  private static final int MAX_NAME = 255;
  private static final int MAX_TARGET = 4095;
  private static final int MAX_MODE = 07777;

  /** Allocated units of 512 bytes of a file whose pieces have this many bytes. */
  static long blocks(long allocatedBytes) {
    return (allocatedBytes + 511) / 512;
  }

  /** The directory's entries. */
  DirectoryRef directory() throws DriveException {
    if (content instanceof TreeRecordContent.Directory directory) {
      return directory.ref();
    }
    throw new DriveException(
        DriveException.Reason.NOT_DIRECTORY, "inode " + attributes.inode() + " is no directory");
  }

  byte[] toBytes() {
    PageOutput out = new PageOutput();
    Attributes a = attributes;
    out.u8(VERSION).u8(a.kind().tag()).u16(a.mode()).u64(a.inode());
    out.u32(a.uid()).u32(a.gid()).u32(a.nlink()).u64(a.size()).u64(a.blocks()).u64(a.device());
    out.time(a.mtime()).time(a.ctime()).text(user).text(group).sized(target);
    xattrs.writeTo(out);
    content.writeTo(out);
    return out.toBytes();
  }

  static TreeRecord ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "tree record");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    Attributes attributes = readAttributes(in);
    TreeRecord record =
        new TreeRecord(
            attributes,
            in.text(MAX_NAME),
            in.text(MAX_NAME),
            in.sized(MAX_TARGET),
            TreeRecordXattrs.read(in),
            TreeRecordContent.read(in));
    in.end();
    boolean directory = record.content() instanceof TreeRecordContent.Directory;
    if (directory != (attributes.kind() == FileKind.DIRECTORY)) {
      throw in.corrupt("content that a " + attributes.kind() + " cannot have");
    }
    return record;
  }

  private static Attributes readAttributes(PageInput in) throws CorruptDataException {
    FileKind kind = kind(in);
    int mode = in.u16();
    if (mode > MAX_MODE) {
      throw in.corrupt("mode " + Integer.toOctalString(mode));
    }
    long inode = in.count64();
    int uid = in.u32();
    int gid = in.u32();
    int nlink = in.u32();
    long size = in.count64();
    long blocks = in.count64();
    long device = in.u64();
    Timestamp mtime = in.time();
    return new Attributes(
        inode, kind, mode, uid, gid, nlink, size, blocks, device, mtime, mtime, in.time());
  }

  private static FileKind kind(PageInput in) throws CorruptDataException {
    int tag = in.u8();
    try {
      return FileKind.ofTag(tag);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage());
    }
  }
}
