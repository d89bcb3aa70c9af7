package kith.peer;

import java.time.Instant;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.peer.choice.Schedule;

/**
 * What a node says of itself to those who look for partners. Nobody vouches for it but its owner.
 *
 * @param protocol the highest that it speaks
 * @param software name and version, at most {@link RequestFields#MAX_SOFTWARE} characters
 * @param name as the owner calls himself, at most {@link AgreementSide#MAX_NAME} characters
 * @param platform what it runs on
 * @param schedule when it means to be on-line; at least one hour
 * @param uplink bytes per second that it can send; 0 if it doesn't say
 * @param downlink bytes per second that it can receive; 0 if it doesn't say
 * @param offered bytes that it would keep for one partner more, to 2^50; 0 if it takes nobody
 * @param wanted bytes that it wants kept by others, to 2^50; not both are 0
 * @param since when there was this node first
 */
public record NodeFacts(
    int protocol,
    String software,
    String name,
    Platform platform,
    Schedule schedule,
    long uplink,
    long downlink,
    long offered,
    long wanted,
    Instant since) {
  private static final int MAX_WORD = 64;

  /**
   * What a node runs on, as its Java reports it; each at most 64 characters.
   *
   * @param name of the operating system
   * @param version of it; the family before the first dot or dash is what tells kinds apart
   * @param machine the processor's architecture
   */
  public record Platform(String name, String version, String machine) {
    /** The one that this process runs on. */
    public static Platform ofThisMachine() {
      return new Platform(property("os.name"), property("os.version"), property("os.arch"));
    }

    private static String property(String key) {
      return PlainText.cut(System.getProperty(key, "unknown"), MAX_WORD);
    }
  }

  /** The same, offering something else. */
  public NodeFacts withOffered(long bytes) {
    return new NodeFacts(
        protocol, software, name, platform, schedule, uplink, downlink, bytes, wanted, since);
  }

  void write(FieldWriter out) {
    out.number("protocol", protocol)
        .text("software", software)
        .text("name", name)
        .text("system", platform.name)
        .text("version", platform.version)
        .text("machine", platform.machine)
        .bytes("schedule", schedule.toBytes())
        .number("up", uplink)
        .number("down", downlink)
        .number("offered", offered)
        .number("wanted", wanted)
        .number("since", since.toEpochMilli());
  }

  static NodeFacts read(Fields in) throws CorruptDataException {
    var facts =
        new NodeFacts(
            in.integer("protocol", 1, 0xffff),
            in.text("software", RequestFields.MAX_SOFTWARE),
            in.text("name", AgreementSide.MAX_NAME),
            new Platform(
                in.text("system", MAX_WORD),
                in.text("version", MAX_WORD),
                in.text("machine", MAX_WORD)),
            Schedule.ofBytes(in.exactly("schedule", Schedule.BYTES)),
            in.count("up"),
            in.count("down"),
            in.number("offered", 0, AgreementSide.MAX_SPACE),
            in.number("wanted", 0, AgreementSide.MAX_SPACE),
            Instant.ofEpochMilli(in.count("since")));
    facts.checkSense();
    return facts;
  }

  private void checkSense() throws CorruptDataException {
    if (offered == 0 && wanted == 0) {
      throw new CorruptDataException("a node that neither offers nor wants space");
    }
    if (schedule.size() == 0) {
      throw new CorruptDataException("a node that is never on-line");
    }
    for (String text : List.of(software, name, platform.name, platform.version, platform.machine)) {
      if (!PlainText.is(text)) {
        throw new CorruptDataException("a node that says what a terminal would not just show");
      }
    }
  }
}
