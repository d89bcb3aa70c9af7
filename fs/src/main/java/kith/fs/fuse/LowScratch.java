package kith.fs.fuse;

import java.nio.ByteBuffer;

/** Native memory for one answer at a time. Used by the one thread that it belongs to. */
final class LowScratch implements AutoCloseable {
  private static final int STRUCTS = 512;
  private static final int NAME_ROOM = 4097;
  private static final int DATA_ROOM = 1 << 20;

  private final long structs = NativeMemory.allocate(2L * STRUCTS);
  private final long buffers = NativeMemory.allocate(LowLayout.BUFFERS_ROOM);
  private final long name = NativeMemory.allocate(NAME_ROOM);
  private long data = NativeMemory.allocate(DATA_ROOM);
  private int room = DATA_ROOM;
  private ByteBuffer view = NativeMemory.view(data, room);

  /** A struct fuse_entry_param. */
  long entry() {
    return structs;
  }

  /** A struct stat: that of {@link #entry()}. */
  long stat() {
    return structs + LowLayout.ENTRY_STAT;
  }

  /** A struct fuse_file_info. */
  long fileInfo() {
    return structs + STRUCTS;
  }

  /** A struct fuse_bufvec of these bytes. */
  long buffers(long memory, long length) {
    NativeMemory.clear(buffers, LowLayout.BUFFERS_ROOM);
    NativeMemory.putLong(buffers + LowLayout.BUFFERS_COUNT, 1);
    NativeMemory.putLong(buffers + LowLayout.BUFFERS_SIZE, length);
    NativeMemory.putLong(buffers + LowLayout.BUFFERS_MEMORY, memory);
    return buffers;
  }

  /** Room for a name, or for the target of a symbolic link, and a NUL. */
  long name() {
    return name;
  }

  /** Zeroes all structs. */
  void clear() {
    NativeMemory.clear(structs, 2L * STRUCTS);
  }

  /** Room for that many bytes. */
  long data(int length) {
    if (length > room) {
      NativeMemory.free(data);
      data = NativeMemory.allocate(length);
      room = length;
      view = NativeMemory.view(data, room);
    }
    return data;
  }

  /** What {@link #data} gives, as a buffer. */
  ByteBuffer dataBuffer(int length) {
    data(length);
    return view.clear().limit(length);
  }

  @Override
  public void close() {
    NativeMemory.free(structs);
    NativeMemory.free(buffers);
    NativeMemory.free(name);
    NativeMemory.free(data);
  }
}
