package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;

/**
 * The holder's signed word that a head is on its disk, and when: what a snapshot's age is judged
 * by, and what a holder that later serves an older head is convicted by.
 *
 * @param head SHA-256 of the head record
 * @param time by the holder's clock
 */
public record HeadAck(
    OwnerId owner, OwnerId holder, Digest head, long epoch, long generation, Instant time) {
  static final int VERSION = 1;

  static HeadAck of(HeadRecord head, OwnerId holder, Instant time) {
    return new HeadAck(head.owner(), holder, head.digest(), head.epoch(), head.generation(), time);
  }

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .bytes("head", head)
            .number("epoch", epoch)
            .number("generation", generation)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.HEAD_ACK, VERSION, body).signedBy(node);
  }

  /**
   * Reads an acknowledgement and checks the holder's signature.
   *
   * @throws CorruptDataException if it is damaged or not signed by the holder that it names
   */
  public static HeadAck of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var ack =
        new HeadAck(
            fields.owner("owner"),
            fields.owner("holder"),
            fields.digest("head"),
            fields.number("epoch", 1, 0xffffffffL),
            fields.count("generation"),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(ack.holder);
    return ack;
  }
}
