package kith.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.index.LedgerPosition;
import kith.peer.conduct.AuditDraw;

/**
 * One audit, signed by the holder before it knows what it will be about: what the owner asked for,
 * his commitment to his own part of the draw, and the holder's part.
 *
 * @param asked by the owner
 * @param part of the draw, the holder's
 * @param signed when, by the holder's clock
 */
public record AuditRound(
    OwnerId owner, OwnerId holder, Asked asked, AuditNonce part, Instant signed) {
  static final int VERSION = 1;

  private static final byte[] LABEL = "kith audit 1\0".getBytes(StandardCharsets.US_ASCII);

  /**
   * What the owner asks.
   *
   * @param commitment of {@link #commitment}: his part of the draw cannot be another afterwards
   * @param ledger a checkpoint that both have signed; what is drawn from are the shards in it
   * @param time by the owner's clock
   * @param method that he would like; the block itself can be asked for in its place
   * @param blocks how many are drawn
   */
  public record Asked(
      Digest commitment, LedgerPosition ledger, Instant time, AuditMethod method, int blocks) {
    void write(FieldWriter out) {
      out.bytes("commitment", commitment)
          .number("generation", ledger.generation())
          .number("count", ledger.count())
          .bytes("digest", ledger.digest())
          .number("time", time.toEpochMilli())
          .number("method", method.tag())
          .number("blocks", blocks);
    }

    static Asked read(Fields in) throws CorruptDataException {
      return new Asked(
          in.digest("commitment"),
          new LedgerPosition(in.count("generation"), in.count("count"), in.digest("digest")),
          Instant.ofEpochMilli(in.count("time")),
          AuditMethod.of(in.integer("method", 0, 255)),
          in.integer("blocks", 1, AuditDraw.MAX_BLOCKS));
    }
  }

  /**
   * SHA-256 of a label, both ids, the checkpoint's generation and count, the time, and the owner's
   * part of the draw.
   */
  static Digest commitment(
      List<OwnerId> ownerAndHolder, LedgerPosition ledger, Instant time, AuditNonce part) {
    ByteBuffer in = ByteBuffer.allocate(LABEL.length + 3 * OwnerId.SIZE + 3 * Long.BYTES);
    in.put(LABEL);
    ownerAndHolder.forEach(id -> in.put(id.toBytes()));
    in.putLong(ledger.generation()).putLong(ledger.count()).putLong(time.toEpochMilli());
    return Hash.of(in.put(part.toBytes()).array());
  }

  /** Whether this is the part that the owner committed himself to. */
  boolean commitsTo(AuditNonce owners) {
    return commitment(List.of(owner, holder), asked.ledger, asked.time, owners)
        .equals(asked.commitment);
  }

  /**
   * The numbers of the blocks.
   *
   * @param owners his part of the draw
   * @param count of the blocks in the ledger
   */
  List<Long> drawn(AuditNonce owners, long count) {
    byte[] together = AuditDraw.together(owners.toBytes(), part.toBytes());
    return AuditDraw.blocks(together, asked.blocks, count);
  }

  SignedRecord signedBy(NodeIdentity node) {
    var body = new FieldWriter().bytes("owner", owner).bytes("holder", holder);
    asked.write(body);
    body.bytes("part", part).number("signed", signed.toEpochMilli());
    return SignedRecord.unsigned(RecordKind.AUDIT_ROUND, VERSION, body.toBytes()).signedBy(node);
  }

  /**
   * Reads a round and checks the holder's signature.
   *
   * @throws CorruptDataException if it is damaged or not signed by the holder that it names
   */
  static AuditRound of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var round =
        new AuditRound(
            fields.owner("owner"),
            fields.owner("holder"),
            Asked.read(fields),
            new AuditNonce(fields.exactly("part", AuditNonce.SIZE)),
            Instant.ofEpochMilli(fields.count("signed")));
    if (round.owner.equals(round.holder)) {
      throw new CorruptDataException("an audit of oneself");
    }
    record.requireSigners(round.holder);
    return round;
  }
}
