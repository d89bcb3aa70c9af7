package kith.fs.node;

import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.peer.AgreementSide;
import kith.peer.Contact;
import kith.peer.PlainText;

/**
 * How this node finds others and what it tells those who look for partners; null stands for the
 * default.
 *
 * @param brokers {@code OWNER-ID@HOST:PORT} each, as a broker prints it
 * @param localNetwork whether it is shown on the local networks that it listens on, and looks for
 *     others there; true by default
 * @param name what the owner calls himself
 * @param offered that it would keep for others in all; spacePerPartner by default
 * @param wanted that it wants kept by others in all; spacePerPartner by default
 * @param downlink that the node has; not told by default
 */
public record FindingConfig(
    List<String> brokers,
    Boolean localNetwork,
    String name,
    ByteSize offered,
    ByteSize wanted,
    Rate downlink) {
  private static final int MOST_BROKERS = 16;

  public FindingConfig {
    brokers = brokers == null ? List.of() : List.copyOf(brokers);
    localNetwork = localNetwork == null || localNetwork;
    name = name == null ? "" : name;
    NodeConfig.require(
        brokers.size() <= MOST_BROKERS,
        "'finding.brokers' has more than " + MOST_BROKERS + ": a few are enough");
    brokers.forEach(FindingConfig::contact);
    NodeConfig.require(
        name.length() <= AgreementSide.MAX_NAME,
        "'finding.name' has more than "
            + AgreementSide.MAX_NAME
            + " characters: give a shorter one");
    NodeConfig.require(
        PlainText.is(name), "'finding.name' has characters that cannot be shown: leave them out");
    NodeConfig.require(isSpace(offered), "'finding.offered' is too much: give at most 1 PiB");
    NodeConfig.require(isSpace(wanted), "'finding.wanted' is too much: give at most 1 PiB");
  }

  /** Everything at its default. */
  static FindingConfig none() {
    return new FindingConfig(null, null, null, null, null, null);
  }

  private static boolean isSpace(ByteSize space) {
    return space == null || space.bytes() <= AgreementSide.MAX_SPACE;
  }

  /** Whom to ask, and where. */
  List<Contact> contacts() {
    var contacts = new ArrayList<Contact>();
    for (String broker : brokers) {
      contacts.add(contact(broker));
    }
    return contacts;
  }

  private static Contact contact(String broker) {
    try {
      return Contact.parse(broker);
    } catch (CorruptDataException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'finding.brokers' has '"
              + broker
              + "': write OWNER-ID@HOST:PORT as the broker prints it ("
              + e.getMessage()
              + ")",
          e);
    }
  }
}
