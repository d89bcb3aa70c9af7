package kith.peer;

import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * Which records of nodes somebody asks for. They are looked for in the order of owner ids.
 *
 * @param after begin behind this owner; empty from the beginning
 * @param limit most records, 1 to {@link Protocol#MAX_RECORDS}
 * @param offered only nodes that offer at least so many bytes
 * @param wanted only nodes that want at most so many bytes kept
 * @param spread most records of one network (first 16 bits of an IPv4, 32 of an IPv6 address, or
 *     the host's name); 0 for any number
 */
public record RecordsQuery(
    Optional<OwnerId> after, int limit, long offered, long wanted, int spread) {
  /** All records that are known, a page at a time. */
  static RecordsQuery page(Optional<OwnerId> after) {
    return new RecordsQuery(after, Protocol.MAX_RECORDS, 0, AgreementSide.MAX_SPACE, 0);
  }

  /** The same question, going on behind an owner, or from the beginning. */
  RecordsQuery behind(Optional<OwnerId> owner) {
    return new RecordsQuery(owner, limit, offered, wanted, spread);
  }

  boolean fits(NodeFacts facts) {
    return facts.offered() >= offered && facts.wanted() <= wanted;
  }

  void write(FieldWriter out) {
    after.ifPresent(owner -> out.bytes("after", owner));
    out.number("limit", limit)
        .number("offered", offered)
        .number("wanted", wanted)
        .number("spread", spread);
  }

  static RecordsQuery read(Fields in) throws CorruptDataException {
    return new RecordsQuery(
        in.has("after") ? Optional.of(in.owner("after")) : Optional.empty(),
        in.integer("limit", 1, Protocol.MAX_RECORDS),
        in.number("offered", 0, AgreementSide.MAX_SPACE),
        in.number("wanted", 0, AgreementSide.MAX_SPACE),
        in.integer("spread", 0, Protocol.MAX_RECORDS));
  }
}
