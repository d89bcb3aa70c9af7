package kith.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * The way to other nodes, as one node sees it. Real over TLS, or simulated for tests. Safe for any
 * number of threads.
 */
public interface Network extends AutoCloseable {
  /**
   * Opens a link to the node of {@code contact.owner()}, trying the addresses in order. The link is
   * usable when the future completes: both sides have proved who they are, and the other side has
   * said welcome. The future fails with PartnerUnavailableException when nobody answers, and with
   * NotPermittedException when somebody else answers, or refuses us.
   */
  CompletableFuture<Link> connect(Contact contact);

  /** As {@link #connect(Contact)}, and without a relay. */
  default CompletableFuture<Link> connectDirectly(Contact contact) {
    return connect(contact);
  }

  /**
   * Joins a circuit through a relay, and links up with the node at its other end, as one who opens
   * a link or as one to whom it is opened. Fails as {@link #connect(Contact)} does.
   */
  CompletableFuture<Link> join(Circuit circuit);

  /**
   * Opens a link to whoever's node answers at an address: he has proved who he is, not that he is
   * the one that is meant. Fails as the other does.
   */
  CompletableFuture<Link> connect(NodeAddress address);

  /**
   * Lets other nodes open links to this one.
   *
   * @param address port 0 for any free one
   * @throws IOException if the address cannot be had; the message names it
   */
  Server listen(InetSocketAddress address) throws IOException;

  /** How fast it may send and receive. */
  Bandwidth bandwidth();

  /** Closes all links and stops listening. */
  @Override
  void close();
}
