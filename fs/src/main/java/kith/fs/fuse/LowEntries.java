package kith.fs.fuse;

import java.io.IOException;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import kith.fs.Attributes;
import kith.fs.DriveException;
import kith.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * Tells the kernel what it asked to know of inodes, for how long it may believe that, and counts
 * with the drive which inodes the kernel knows. Safe for any number of threads.
 */
final class LowEntries {
  private static final Logger LOG = LoggerFactory.getLogger(LowEntries.class);

  /** The drive changes through its mount only, so that the kernel knows of every change. */
  private static final int ALWAYS = 24 * 60 * 60;

  /**
   * The kernel keeps size and times of a file that is written, but not how much space it takes,
   * which changes when the kernel writes its pages back.
   */
  private static final int WHILE_WRITTEN = 1;

  static final int ATTRIBUTE_TIMEOUT =
      LowLayout.ENTRY_STAT + Struct.size(new FileStat(Runtime.getSystemRuntime()));
  static final int ENTRY_TIMEOUT = ATTRIBUTE_TIMEOUT + Double.BYTES;

  private final FileSystem drive;
  private final LowHandles handles;
  private final StatWriter stats = new StatWriter();

  LowEntries(FileSystem drive, LowHandles handles) {
    this.drive = drive;
    this.handles = handles;
  }

  /** Answers with an inode that the kernel knows once more from then on. */
  void answer(LowRequest request, LowScratch scratch, long directory, Attributes attributes)
      throws IOException {
    write(scratch, directory, attributes);
    long inode = attributes.inode();
    drive.reference(inode);
    if (!request.answer((fuse, r) -> fuse.fuse_reply_entry(r, scratch.entry()))) {
      forget(inode, 1);
    }
  }

  /** Answers that there is no such name. */
  void answerNone(LowRequest request, LowScratch scratch, long directory) {
    if (drive.changesByItself(directory)) {
      request.status(Errno.ENOENT);
      return;
    }
    scratch.clear();
    NativeMemory.putDouble(scratch.entry() + ENTRY_TIMEOUT, ALWAYS);
    request.answer((fuse, r) -> fuse.fuse_reply_entry(r, scratch.entry()));
  }

  void answerAttributes(LowRequest request, LowScratch scratch, Attributes attributes) {
    scratch.clear();
    stats.write(scratch.stat(), attributes);
    double timeout = attributeTimeout(attributes.inode());
    request.answer((fuse, r) -> fuse.fuse_reply_attr(r, scratch.stat(), timeout));
  }

  /** Writes a struct fuse_entry_param. */
  void write(LowScratch scratch, long directory, Attributes attributes) {
    scratch.clear();
    long entry = scratch.entry();
    // the drive never gives an inode number twice: one generation serves
    NativeMemory.putLong(entry + LowLayout.ENTRY_INODE, attributes.inode());
    stats.write(scratch.stat(), attributes);
    NativeMemory.putDouble(entry + ATTRIBUTE_TIMEOUT, attributeTimeout(attributes.inode()));
    NativeMemory.putDouble(entry + ENTRY_TIMEOUT, nameTimeout(directory));
  }

  /** Seconds for which a directory's names hold. */
  int nameTimeout(long directory) {
    return drive.changesByItself(directory) ? 0 : ALWAYS;
  }

  /** Seconds for which attributes hold. */
  int attributeTimeout(long inode) {
    if (drive.changesByItself(inode)) {
      return 0;
    }
    return handles.isWritten(inode) ? WHILE_WRITTEN : ALWAYS;
  }

  void answerSpace(LowRequest request, LowScratch scratch, FileSystem.Space space) {
    scratch.clear();
    stats.write(scratch.entry(), space);
    request.answer((fuse, r) -> fuse.fuse_reply_statfs(r, scratch.entry()));
  }

  /** The kernel has forgotten an inode, or never got to know it. */
  void forget(long inode, long count) {
    try {
      drive.forget(inode, count);
    } catch (DriveException e) {
      LOG.debug("inode {} is forgotten twice", inode);
    } catch (IOException e) {
      LOG.error("forgetting inode {}", inode, e);
    }
  }
}
