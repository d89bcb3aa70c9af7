package kith.peer;

import java.net.InetSocketAddress;

/** A door that is open for links until it is closed. Links stay when it closes. */
public interface Server extends AutoCloseable {
  /** Where it listens, with the port that it got. */
  InetSocketAddress address();

  @Override
  void close();
}
