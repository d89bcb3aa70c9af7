package kith.fs.fuse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Runtime;

/**
 * libfuse3's struct fuse_lowlevel_ops, filled with calls into Java. No exception gets out of a
 * callback, and none leaves its request without an answer. Keeps what it registered reachable.
 */
final class LowOperations {
  /** A callback for a request with one argument. */
  interface Body1 {
    void call(LowRequest request, long a) throws IOException;
  }

  /** A callback for a request with two arguments. */
  interface Body2 {
    void call(LowRequest request, long a, long b) throws IOException;
  }

  /** A callback for a request with three arguments. */
  interface Body3 {
    void call(LowRequest request, long a, long b, long c) throws IOException;
  }

  /** A callback for a request with four arguments. */
  interface Body4 {
    void call(LowRequest request, long a, long b, long c, long d) throws IOException;
  }

  /** A callback for a request with five arguments. */
  interface Body5 {
    void call(LowRequest request, long a, long b, long c, long d, long e) throws IOException;
  }

  private interface Body {
    void call(LowRequest request) throws IOException;
  }

  private final LowLibrary fuse;
  private final Runtime runtime = Runtime.getSystemRuntime();
  private final long table = NativeMemory.allocate(LowOperation.TABLE_SIZE);
  private final List<Object> reachable = new ArrayList<>();
  private volatile boolean closed;

  LowOperations(LowLibrary fuse) {
    this.fuse = fuse;
  }

  long address() {
    return table;
  }

  /** From now on every callback answers that the drive isn't there. */
  void close() {
    closed = true;
  }

  /** Gives back the table, when libfuse has no use for it any more. */
  void free() {
    NativeMemory.free(table);
  }

  /**
   * @param body what libfuse calls with the address of its struct fuse_conn_info
   */
  void onInit(LowNegotiation body) {
    NativeCall.Of2 call =
        (userData, connection) -> {
          try {
            body.negotiate(connection);
          } catch (Throwable e) {
            Errno.of(e);
          }
          return 0;
        };
    put(LowOperation.INIT, NativeCall.Of2.class, call);
  }

  void set(LowOperation operation, Body1 body) {
    NativeCall.Of2 call = (request, a) -> serve(request, r -> body.call(r, a));
    put(operation, NativeCall.Of2.class, call);
  }

  void set(LowOperation operation, Body2 body) {
    NativeCall.Of3 call = (request, a, b) -> serve(request, r -> body.call(r, a, b));
    put(operation, NativeCall.Of3.class, call);
  }

  void set(LowOperation operation, Body3 body) {
    NativeCall.Of4 call = (request, a, b, c) -> serve(request, r -> body.call(r, a, b, c));
    put(operation, NativeCall.Of4.class, call);
  }

  void set(LowOperation operation, Body4 body) {
    NativeCall.Of5 call = (request, a, b, c, d) -> serve(request, r -> body.call(r, a, b, c, d));
    put(operation, NativeCall.Of5.class, call);
  }

  void set(LowOperation operation, Body5 body) {
    NativeCall.Of6 call =
        (request, a, b, c, d, e) -> serve(request, r -> body.call(r, a, b, c, d, e));
    put(operation, NativeCall.Of6.class, call);
  }

  private int serve(long address, Body body) {
    var request = new LowRequest(fuse, address);
    try {
      if (closed) {
        request.status(Errno.ENOTCONN);
      } else {
        body.call(request);
      }
    } catch (Throwable e) {
      request.fail(e);
    }
    return 0;
  }

  private <T> void put(LowOperation operation, Class<T> shape, T call) {
    reachable.add(call);
    NativeMemory.putLong(
        table + operation.offset(),
        runtime.getClosureManager().getClosurePointer(shape, call).address());
  }
}
