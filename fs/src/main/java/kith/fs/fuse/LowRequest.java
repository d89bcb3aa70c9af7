package kith.fs.fuse;

import java.util.concurrent.atomic.AtomicBoolean;
import kith.fs.Caller;

/**
 * A request of the kernel, which is answered exactly once: the first answer counts, and frees what
 * libfuse knows of the request. Safe for any number of threads.
 */
final class LowRequest {
  /** An answer; returns 0, or a negative errno if the kernel didn't take it. */
  interface Answer {
    int send(LowLibrary fuse, long request);
  }

  private final LowLibrary fuse;
  private final long address;
  private final AtomicBoolean answered = new AtomicBoolean();

  /**
   * @param address fuse_req_t
   */
  LowRequest(LowLibrary fuse, long address) {
    this.fuse = fuse;
    this.address = address;
  }

  /** Who asks; may be asked for only until the request is answered or handed on. */
  Caller caller() {
    long context = fuse.fuse_req_ctx(address);
    return new Caller(
        NativeMemory.getInt(context + LowLayout.CALLER_UID),
        NativeMemory.getInt(context + LowLayout.CALLER_GID),
        NativeMemory.getInt(context + LowLayout.CALLER_UMASK));
  }

  /** The caller's interrupts go to the function; to be called before anybody may answer. */
  void onInterrupt(long function, long data) {
    fuse.fuse_req_interrupt_func(address, function, data);
  }

  /**
   * Answers, unless that was done.
   *
   * @return whether the kernel has this answer; if not, it knows nothing of what was done
   */
  boolean answer(Answer answer) {
    return answered.compareAndSet(false, true) && answer.send(fuse, address) == 0;
  }

  /**
   * @param errno positive, or 0 for success
   */
  boolean status(int errno) {
    return answer((library, request) -> library.fuse_reply_err(request, errno));
  }

  /** The call failed; what has no number of its own is logged. */
  void fail(Throwable failure) {
    if (!answered.get()) {
      status(Errno.of(failure));
    }
  }

  boolean done() {
    return status(0);
  }

  /** Says nothing, for what the kernel doesn't wait for. */
  void silence() {
    answer(
        (library, request) -> {
          library.fuse_reply_none(request);
          return 0;
        });
  }

  boolean bytes(long memory, long length) {
    return answer((library, request) -> library.fuse_reply_buf(request, memory, length));
  }
}
