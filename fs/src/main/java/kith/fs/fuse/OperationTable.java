package kith.fs.fuse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.BaseStruct;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import kith.fs.DriveException;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * libfuse's struct fuse_operations, filled with calls into Java. No exception gets out of a
 * callback: jnr-ffi would report it to the kernel as success. Keeps what it registered reachable.
 */
final class OperationTable {
  /** flag_nullpath_ok, flag_nopath and flag_utime_omit_ok, the bits after bmap. */
  private static final int FLAGS = 1 | 2 | 4;

  /** A callback with two arguments; returns what the kernel gets. */
  interface Body1 {
    int call(long a) throws IOException;
  }

  /** A callback with two arguments. */
  interface Body2 {
    int call(long a, long b) throws IOException;
  }

  /** A callback with three arguments. */
  interface Body3 {
    int call(long a, long b, long c) throws IOException;
  }

  /** A callback with four arguments. */
  interface Body4 {
    int call(long a, long b, long c, long d) throws IOException;
  }

  /** A callback with five arguments. */
  interface Body5 {
    int call(long a, long b, long c, long d, long e) throws IOException;
  }

  private final Runtime runtime = Runtime.getSystemRuntime();
  private final FuseOperations layout = new FuseOperations(runtime);
  private final Pointer memory = Memory.allocateDirect(runtime, Struct.size(layout), true);
  private final List<Object> reachable = new ArrayList<>();
  private final Runnable onStale;
  private volatile boolean closed;

  /**
   * @param onStale run when the drive says that an inode is gone, before the kernel tries again
   */
  OperationTable(Runnable onStale) {
    this.onStale = onStale;
    memory.putInt(layout.bmap.offset() + Long.BYTES, FLAGS);
  }

  /** Where the members are. */
  FuseOperations layout() {
    return layout;
  }

  long address() {
    return memory.address();
  }

  long size() {
    return Struct.size(layout);
  }

  /** From now on every callback answers that the drive isn't there. */
  void close() {
    closed = true;
  }

  void set(BaseStruct.Func<?> member, Body1 body) {
    NativeCall.Of1 call =
        a -> {
          try {
            return closed ? -Errno.ENOTCONN : body.call(a);
          } catch (Throwable e) {
            return failure(e);
          }
        };
    put(member, NativeCall.Of1.class, call);
  }

  void set(BaseStruct.Func<?> member, Body2 body) {
    NativeCall.Of2 call =
        (a, b) -> {
          try {
            return closed ? -Errno.ENOTCONN : body.call(a, b);
          } catch (Throwable e) {
            return failure(e);
          }
        };
    put(member, NativeCall.Of2.class, call);
  }

  void set(BaseStruct.Func<?> member, Body3 body) {
    NativeCall.Of3 call =
        (a, b, c) -> {
          try {
            return closed ? -Errno.ENOTCONN : body.call(a, b, c);
          } catch (Throwable e) {
            return failure(e);
          }
        };
    put(member, NativeCall.Of3.class, call);
  }

  void set(BaseStruct.Func<?> member, Body4 body) {
    NativeCall.Of4 call =
        (a, b, c, d) -> {
          try {
            return closed ? -Errno.ENOTCONN : body.call(a, b, c, d);
          } catch (Throwable e) {
            return failure(e);
          }
        };
    put(member, NativeCall.Of4.class, call);
  }

  void set(BaseStruct.Func<?> member, Body5 body) {
    NativeCall.Of5 call =
        (a, b, c, d, e) -> {
          try {
            return closed ? -Errno.ENOTCONN : body.call(a, b, c, d, e);
          } catch (Throwable failure) {
            return failure(failure);
          }
        };
    put(member, NativeCall.Of5.class, call);
  }

  private int failure(Throwable e) {
    if (e instanceof DriveException known && known.reason() == DriveException.Reason.STALE) {
      onStale.run();
    }
    return -Errno.of(e);
  }

  private <T> void put(BaseStruct.Func<?> member, Class<T> shape, T call) {
    reachable.add(call);
    memory.putPointer(member.offset(), runtime.getClosureManager().getClosurePointer(shape, call));
  }
}
