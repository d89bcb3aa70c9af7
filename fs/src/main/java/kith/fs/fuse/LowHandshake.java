package kith.fs.fuse;

import com.kenai.jffi.Library;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import kith.fs.fuse.MountException.Reason;

/**
 * Takes the kernel's first request, and adds to libfuse's answer what its versions before 3.17 have
 * no word for: that setuid bits and capabilities are cleared by the drive as the kernel says with
 * each write (FUSE_HANDLE_KILLPRIV_V2). Else the kernel asks for the file's capabilities before
 * each write that goes to its cache. Used by the thread that mounts.
 */
final class LowHandshake {
  private static final int FIRST_VERSION = 314;
  private static final int LAST_VERSION = 316;

  /** struct fuse_init_in and struct fuse_init_out of linux/fuse.h. */
  static final int INIT_FLAGS = 12;

  static final int HANDLE_KILLPRIV_V2 = 1 << 28;

  /** struct iovec. */
  private static final int VECTOR_SIZE = 16;

  /** struct fuse_custom_io: writev, read, and two that are not needed. */
  private static final int IO_READ = Long.BYTES;

  private static final int IO_SIZE = 4 * Long.BYTES;

  /** The function of libfuse 3.14 to 3.16 that replaces how it reads and writes. */
  public interface CustomIo {
    int fuse_session_custom_io(long session, long io, int fd);
  }

  /** The functions of the C library that libfuse uses otherwise. */
  public interface Plain {
    long writev(int fd, long vectors, int count);
  }

  private final LowLibrary fuse;
  private final LowSession session;
  private final long buffer = NativeMemory.allocate(LowLayout.BUFFER_ROOM);
  private final long io = NativeMemory.allocate(IO_SIZE);
  private final CustomIo custom;
  private final Plain plain = LibraryLoader.create(Plain.class).load("c");
  private final NativeCall.Of4 callback = this::write;

  private LowHandshake(LowLibrary fuse, LowSession session) {
    this.fuse = fuse;
    this.session = session;
    this.custom =
        LibraryLoader.create(CustomIo.class).failImmediately().load(Machine.STANDARD.lowLibrary());
  }

  /** Does it, if this version of libfuse allows; else the threads take the first request. */
  static void run(LowLibrary fuse, LowSession session) throws MountException {
    int version = fuse.fuse_version();
    if (version >= FIRST_VERSION && version <= LAST_VERSION) {
      new LowHandshake(fuse, session).run();
    }
  }

  private void run() throws MountException {
    long writev = symbol("writev");
    long read = symbol("read");
    if (writev == 0 || read == 0) {
      return;
    }
    replace(
        Runtime.getSystemRuntime()
            .getClosureManager()
            .getClosurePointer(NativeCall.Of4.class, callback)
            .address(),
        read);
    try {
      if (fuse.fuse_session_receive_buf(session.address(), buffer) <= 0) {
        throw new MountException(Reason.FAILED, "the kernel does not speak to libfuse");
      }
      fuse.fuse_session_process_buf(session.address(), buffer);
    } finally {
      replace(writev, read);
      NativeMemory.free(NativeMemory.getLong(buffer + LowLayout.BUFFER_MEMORY));
      NativeMemory.free(buffer);
      NativeMemory.free(io);
    }
  }

  private void replace(long writev, long read) {
    NativeMemory.putLong(io, writev);
    NativeMemory.putLong(io + IO_READ, read);
    long address = session.address();
    custom.fuse_session_custom_io(address, io, fuse.fuse_session_fd(address));
  }

  private static long symbol(String name) {
    Library c = Library.getCachedInstance("libc.so.6", Library.LAZY);
    return c == null ? 0 : c.getSymbolAddress(name);
  }

  private int write(long fd, long vectors, long count, long userData) {
    try {
      if ((int) count == 2 && (offered() & HANDLE_KILLPRIV_V2) != 0) {
        add(NativeMemory.getLong(vectors + VECTOR_SIZE));
      }
    } catch (Throwable e) {
      Errno.of(e);
    }
    return (int) plain.writev((int) fd, vectors, (int) count);
  }

  private int offered() {
    long request = NativeMemory.getLong(buffer + LowLayout.BUFFER_MEMORY);
    return NativeMemory.getInt(request + LowLoopThread.HEADER + INIT_FLAGS);
  }

  private static void add(long answer) {
    int flags = NativeMemory.getInt(answer + INIT_FLAGS);
    NativeMemory.putInt(answer + INIT_FLAGS, flags | HANDLE_KILLPRIV_V2);
  }
}
