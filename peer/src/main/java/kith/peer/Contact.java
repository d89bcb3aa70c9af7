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

  /**
   * A node as people write it: {@code OWNER@HOST:PORT}.
   *
   * @throws CorruptDataException naming what is wrong
   */
  public static Contact parse(String text) throws CorruptDataException {
    int at = text.indexOf('@');
    if (at < 0) {
      throw new CorruptDataException("there is no @ in it");
    }
    return new Contact(
        OwnerId.parse(text.substring(0, at)), List.of(NodeAddress.parse(text.substring(at + 1))));
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
