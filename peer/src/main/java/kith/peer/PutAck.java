package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;

/**
 * The holder's signed word that a shard is on its disk and in its ledger.
 *
 * @param sealedLength of the sealed shard in bytes
 * @param merkleRoot over its sealed blocks
 * @param generation of the owner's ledger at this holder
 * @param sequence of the entry in that ledger, from 0
 * @param chain digest of the ledger with that entry
 * @param time by the holder's clock
 */
public record PutAck(
    OwnerId owner,
    OwnerId holder,
    ShardName shard,
    long sealedLength,
    Digest merkleRoot,
    long generation,
    long sequence,
    Digest chain,
    Instant time) {
  static final int VERSION = 1;

  /** That the holder has what an entry of the owner's ledger says. */
  static PutAck about(OwnerId owner, LocalNode holder, long generation, LedgerEntry entry) {
    LedgerChange change = entry.change();
    return new PutAck(
        owner,
        holder.identity().owner(),
        change.shard(),
        change.sealedLength(),
        change.merkleRoot(),
        generation,
        entry.sequence(),
        entry.digest(),
        Instant.ofEpochMilli(change.holderTime()));
  }

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .bytes("shard", shard.toBytes())
            .number("length", sealedLength)
            .bytes("root", merkleRoot)
            .number("generation", generation)
            .number("sequence", sequence)
            .bytes("chain", chain)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.PUT_ACK, VERSION, body).signedBy(node);
  }

  /** What the ledger of the owner at the holder says about it. */
  public LedgerEntry entry() {
    var change =
        new LedgerChange(
            LedgerChange.Kind.PUT, shard, sealedLength, merkleRoot, time.toEpochMilli());
    return new LedgerEntry(sequence, change, chain);
  }

  /**
   * Reads an acknowledgement and checks the holder's signature.
   *
   * @throws CorruptDataException if it is damaged or not signed by the holder that it names
   */
  public static PutAck of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var ack =
        new PutAck(
            fields.owner("owner"),
            fields.owner("holder"),
            fields.shard("shard"),
            fields.count("length"),
            fields.digest("root"),
            fields.count("generation"),
            fields.count("sequence"),
            fields.digest("chain"),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(ack.holder);
    return ack;
  }
}
