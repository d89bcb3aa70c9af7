package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.HeldShard;
import kith.index.HoldingStore;

/**
 * The answering side of keeping one's word: signs receipts, hears how partners think of this node,
 * tells what it has heard of others, and shows blocks that somebody claims it doesn't have. Safe
 * for any number of threads.
 */
public final class ConductDesk {
  /** Blocks that are shown to others in a day, in all and for the shards of one owner. */
  private static final int MOST_SHOWN = 200;

  private static final int MOST_SHOWN_OF_ONE = 50;
  private static final int BLOCKS_AT_ONCE = 16;

  private final LocalNode self;
  private final PartnerBook book;
  private final ReceiptBook receipts;
  private final HoldingStore store;
  private final SourceLimit shown;
  private final ServiceGate gate;
  private final Map<OwnerId, ConductNotice> said = new ConcurrentHashMap<>();

  public ConductDesk(
      LocalNode self,
      PartnerBook book,
      ConductBook conduct,
      ReceiptBook receipts,
      HoldingStore store) {
    this.self = self;
    this.book = book;
    this.receipts = receipts;
    this.store = store;
    this.gate = new ServiceGate(conduct, self.clock());
    this.shown = new SourceLimit(self.clock(), Duration.ofDays(1), MOST_SHOWN_OF_ONE, MOST_SHOWN);
  }

  /** Serves partners by how they keep their word. */
  ServiceGate gate() {
    return gate;
  }

  /** How a partner says that this node stands with it, as long as that is not well. */
  public Optional<ConductNotice> said(OwnerId partner) {
    return Optional.ofNullable(said.get(partner));
  }

  /**
   * @param asker any node
   */
  Reply answer(Request request, OwnerId asker) throws IOException, KithException {
    if (request instanceof ConductRequest.ReceiptsGet get) {
      return page(get, asker);
    } else if (request instanceof ConductRequest.ClaimCheck check) {
      return show(Claim.of(check.claim()));
    }
    Partner partner =
        book.find(asker)
            .orElseThrow(
                () -> new NotPermittedException("there is no agreement with " + asker.brief()));
    if (request instanceof ConductRequest.ConductTell tell) {
      return told(ConductNotice.of(tell.notice()), asker);
    }
    return sign(((ConductRequest.ReceiptPropose) request).receipt(), partner);
  }

  /** Strangers are told about this node alone. */
  private Reply page(ConductRequest.ReceiptsGet get, OwnerId asker) {
    return book.find(asker).isPresent()
        ? receipts.page(get)
        : receipts.page(
            new ConductRequest.ReceiptsGet(Optional.of(self.identity().owner()), get.after()));
  }

  private Reply told(ConductNotice notice, OwnerId asker) throws NotPermittedException {
    if (!notice.owner().equals(asker)) {
      throw new NotPermittedException("the word of another");
    }
    if (notice.holder().equals(self.identity().owner())) {
      said.merge(asker, notice, (was, is) -> is.time().isBefore(was.time()) ? was : is);
      said.computeIfPresent(asker, (id, is) -> is.standing().isGood() ? null : is);
    }
    return new Reply.Done();
  }

  /** What the audits of a period have shown is signed, be it good or bad: it is the truth. */
  private Reply sign(SignedRecord record, Partner partner) throws IOException, KithException {
    Receipt receipt = Receipt.of(record);
    Instant latest = self.now().plus(Credential.CLOCK_SLACK);
    boolean ours =
        receipt.owner().equals(partner.id())
            && receipt.holder().equals(self.identity().owner())
            && receipt.agreement().equals(partner.agreement().id());
    if (!ours || record.signatures() != 1) {
      throw new NotPermittedException("a receipt of others");
    }
    if (receipt.to().isAfter(latest)
        || receipt.to().plus(Receipt.LONGEST).isBefore(self.now())
        || receipt.from().isBefore(since(partner))) {
      throw new NotPermittedException("a receipt for a time that is not ours");
    }
    SignedRecord both = record.signedBy(self.identity());
    receipts.take(both);
    return new Reply.ReceiptSigned(both);
  }

  private static Instant since(Partner partner) {
    return partner.agreement().since().minus(Credential.CLOCK_SLACK);
  }

  /** Shows the block that a claim is about, with its path in the tree of what was acknowledged. */
  private Reply show(Claim claim) throws IOException, KithException {
    if (!claim.holder().equals(self.identity().owner())) {
      throw new NotPermittedException("a claim about another holder");
    }
    if (!shown.admit(claim.owner().toString())) {
      return shown.refusal();
    }
    ShardName name = claim.put().shard();
    Optional<HeldShard> held = store.find(claim.owner(), name);
    Optional<SignedRecord> freed =
        book.find(claim.owner()).flatMap(Partner::leave).flatMap(Leave::theirs);
    Optional<DropProof> dropped = held.isEmpty() ? dropped(claim.put()) : Optional.empty();
    if (held.isEmpty() && (freed.isPresent() || dropped.isPresent())) {
      return new Reply.ClaimAnswer(List.of(), freed, dropped, MessageCodec.NOTHING);
    }
    MerkleTree tree = tree(claim.owner(), name, held.map(HeldShard::sealedLength).orElse(0L));
    byte[] block = store.read(claim.owner(), name, claim.block(), 1);
    return new Reply.ClaimAnswer(
        tree.path(claim.block()), Optional.empty(), Optional.empty(), ByteBuffer.wrap(block));
  }

  private Optional<DropProof> dropped(PutAck put) throws IOException, CorruptDataException {
    Optional<SignedRecord> keepSet = book.keepSets().find(put.owner());
    return keepSet.isEmpty() ? Optional.empty() : DropProof.of(keepSet.get(), put, store);
  }

  private MerkleTree tree(OwnerId owner, ShardName name, long length)
      throws IOException, KithException {
    var tree = new MerkleTree.Builder();
    int blocks = (int) ((length + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK);
    for (int at = 0; at < blocks; at += BLOCKS_AT_ONCE) {
      byte[] part = store.read(owner, name, at, Math.min(BLOCKS_AT_ONCE, blocks - at));
      tree.update(part, 0, part.length);
    }
    MerkleTree whole = tree.build();
    if (whole.count() == 0) {
      throw new CorruptDataException("shard " + name + " is not kept here");
    }
    return whole;
  }
}
