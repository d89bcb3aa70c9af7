package kith.fs.node;

import java.io.IOException;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.fs.HolderUsage;
import kith.index.Rows;
import kith.peer.ConductTalk;
import kith.peer.RecordKind;
import kith.peer.SignedRecord;

/** What partners have of this drive, by its rows. Safe for many threads. */
final class HeldThere implements ConductTalk.Held {
  private final Rows rows;
  private final NodePartners partners;

  HeldThere(Rows rows, NodePartners partners) {
    this.rows = rows;
    this.partners = partners;
  }

  @Override
  public long bytes(OwnerId holder) {
    return partners.used(holder);
  }

  @Override
  public Optional<SignedRecord> acknowledged(OwnerId holder) throws IOException {
    Optional<byte[]> ack = HolderUsage.acknowledged(rows, holder);
    try {
      return ack.isEmpty()
          ? Optional.empty()
          : Optional.of(SignedRecord.parse(ack.get(), RecordKind.PUT_ACK));
    } catch (CorruptDataException e) {
      throw new IOException("a row's acknowledgement is damaged", e);
    }
  }
}
