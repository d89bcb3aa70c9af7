package kith.fs.fuse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Runtime;

/**
 * Answers a waiting request with EINTR as soon as its caller is interrupted or killed. The work
 * goes on, and its result is thrown away. Safe for any number of threads.
 */
final class LowInterrupts {
  private final Map<Long, LowRequest> waiting = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final NativeCall.Of2 callback = this::interrupted;
  private final long function =
      Runtime.getSystemRuntime()
          .getClosureManager()
          .getClosurePointer(NativeCall.Of2.class, callback)
          .address();

  /**
   * Watches a request that nobody answers meanwhile.
   *
   * @return the number for {@link #forget}; 0 if the caller is interrupted and has the answer
   */
  long watch(LowRequest request) {
    long number = numbers.incrementAndGet();
    waiting.put(number, request);
    if (LowLoopThread.current().registers(() -> request.onInterrupt(function, number))) {
      forget(number);
      request.status(Errno.EINTR);
      return 0;
    }
    return number;
  }

  /** The request has been answered. */
  void forget(long number) {
    waiting.remove(number);
  }

  private int interrupted(long address, long number) {
    try {
      LowRequest request = waiting.get(number);
      if (request != null && !LowLoopThread.current().isEarly()) {
        request.status(Errno.EINTR);
      }
    } catch (Throwable e) {
      Errno.of(e);
    }
    return 0;
  }
}
