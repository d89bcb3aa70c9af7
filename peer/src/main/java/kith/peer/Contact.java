package kith.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * Whom to reach, and where.
 *
 * @param addresses tried in this order
 */
public record Contact(OwnerId owner, List<NodeAddress> addresses) {
  public Contact {
    addresses = List.copyOf(addresses);
  }

  static List<String> texts(List<NodeAddress> addresses) {
    return addresses.stream()
        .map(NodeAddress::toString)
        .limit(RequestFields.MAX_ADDRESSES)
        .toList();
  }

  /** Those of {@code texts} that are addresses; a partner's mistake costs him only that one. */
  static List<NodeAddress> understood(List<String> texts) {
    var addresses = new ArrayList<NodeAddress>();
    for (String text : texts) {
      understood(text).ifPresent(addresses::add);
    }
    return addresses;
  }

  private static Optional<NodeAddress> understood(String text) {
    try {
      return Optional.of(NodeAddress.parse(text));
    } catch (CorruptDataException e) {
      return Optional.empty();
    }
  }
}
