package kith.peer;

import java.util.List;

/**
 * A stranger who offers an agreement.
 *
 * @param side what he states of himself in it, with the bytes that he would keep
 * @param wanted bytes that he wants kept in return
 * @param addresses where he says that he is
 * @param protocol that the agreement names
 */
public record Proposer(AgreementSide side, long wanted, List<NodeAddress> addresses, int protocol) {
  public Proposer {
    addresses = List.copyOf(addresses);
  }
}
