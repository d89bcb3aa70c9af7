package kith.index;

import java.io.IOException;

/** Makes durable what rows may name, before the rows themselves become durable. */
@FunctionalInterface
public interface Barrier {
  /**
   * Returns when all bytes that were written before the call would survive a power loss.
   *
   * @throws IOException if they might not
   */
  void force() throws IOException;
}
