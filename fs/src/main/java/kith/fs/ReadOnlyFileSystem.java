package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A filesystem that refuses every change with READ_ONLY. */
abstract class ReadOnlyFileSystem implements FileSystem {
  private static DriveException refuse() {
    return new DriveException(DriveException.Reason.READ_ONLY, "the past cannot be changed");
  }

  @Override
  public final Attributes change(Caller caller, long inode, AttributeChange change)
      throws IOException {
    throw refuse();
  }

  @Override
  public final Opened create(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    throw refuse();
  }

  @Override
  public final Attributes makeNode(Caller caller, NewNode node) throws IOException {
    throw refuse();
  }

  @Override
  public final Attributes makeDirectory(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    throw refuse();
  }

  @Override
  public final Attributes makeSymlink(Caller caller, long directory, FileName name, byte[] target)
      throws IOException {
    throw refuse();
  }

  @Override
  public final Attributes link(long inode, long directory, FileName name) throws IOException {
    throw refuse();
  }

  @Override
  public final void unlink(long directory, FileName name) throws IOException {
    throw refuse();
  }

  @Override
  public final void removeDirectory(Caller caller, long directory, FileName name)
      throws IOException {
    throw refuse();
  }

  @Override
  public final void rename(Place from, Place to, RenameMode mode) throws IOException {
    throw refuse();
  }

  @Override
  public final void write(long handle, long offset, ByteBuffer source) throws IOException {
    throw refuse();
  }

  @Override
  public final void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    throw refuse();
  }

  /** Nothing loses its name here. */
  @Override
  public final void reference(long inode) {}

  @Override
  public final void forget(long inode, long count) {}

  @Override
  public final void forgetAll() {}

  @Override
  public final void clearPrivileges(long inode) throws IOException {
    throw refuse();
  }

  @Override
  public final void setXattr(long inode, byte[] name, byte[] value, XattrMode mode)
      throws IOException {
    throw refuse();
  }

  @Override
  public final void removeXattr(long inode, byte[] name) throws IOException {
    throw refuse();
  }

  /** Opens for reading. */
  protected abstract Opened open(long inode) throws IOException;

  @Override
  public final Opened open(long inode, boolean forWriting) throws IOException {
    if (forWriting) {
      throw refuse();
    }
    return open(inode);
  }

  @Override
  public final void sync(long inode) {}
}
