package kith.index;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Keeps some direct buffers of one size for use again. Safe for any number of threads. */
final class BufferPool {
  private final int size;
  private final ArrayBlockingQueue<ByteBuffer> idle;

  /**
   * @param size of each buffer in bytes
   * @param count how many are kept; more are made while more are in use
   */
  BufferPool(int size, int count) {
    this.size = size;
    this.idle = new ArrayBlockingQueue<>(count);
  }

  /** A cleared buffer, to be given back. */
  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(size) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    boolean kept = idle.offer(buffer);
    assert kept || idle.remainingCapacity() == 0;
  }
}
