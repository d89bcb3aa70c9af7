package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.index.LedgerEntry;
import kith.index.LedgerPosition;

/**
 * Keeps this owner's ledgers the same on both sides, and has them signed by both. One checkpoint
 * per holder at a time; else safe for any number of threads.
 */
public final class LedgerKeeper {
  private final PeerClient client;
  private final LocalNode self;
  private final LedgerMirrors mirrors;
  private final PartnerBook book;

  public LedgerKeeper(PeerClient client, LocalNode self, LedgerMirrors mirrors, PartnerBook book) {
    this.client = client;
    this.self = self;
    this.mirrors = mirrors;
    this.book = book;
  }

  /**
   * Takes over from the holder the entries whose acknowledgements were lost.
   *
   * @return where the ledger ends on both sides
   * @throws CorruptDataException if the holder's ledger is not a continuation of the copy here
   */
  public LedgerPosition compare(OwnerId holder) throws IOException, KithException {
    LedgerPosition here = mirrors.position(holder);
    while (true) {
      Reply.LedgerPart part = part(holder, here.count());
      if (part.generation() != here.generation()) {
        mirrors.begin(holder, part.generation());
        here = mirrors.position(holder);
        part = part(holder, 0);
      }
      if (part.count() < here.count()) {
        throw new CorruptDataException(
            holder.brief()
                + " has lost ledger entries: it has "
                + part.count()
                + " of the "
                + here.count()
                + " that it acknowledged");
      }
      mirrors.accept(holder, entries(part.payload()));
      LedgerPosition after = mirrors.position(holder);
      if (after.count() >= part.count()) {
        checkSigned(holder, after);
        return checkEnd(holder, part, after);
      }
      if (after.equals(here)) {
        throw new CorruptDataException(
            holder.brief() + " has " + part.count() + " ledger entries but does not show them");
      }
      here = after;
    }
  }

  /** Also a copy that had to be fetched anew must go through the place that both have signed. */
  private void checkSigned(OwnerId holder, LedgerPosition end)
      throws IOException, CorruptDataException {
    Optional<SignedRecord> last = book.find(holder).flatMap(Partner::checkpointThere);
    if (last.isEmpty()) {
      return;
    }
    Checkpoint signed = Checkpoint.of(last.get());
    var there = new LedgerPosition(signed.generation(), signed.count(), signed.digest());
    if (signed.count() > end.count() || !mirrors.position(holder, signed.count()).equals(there)) {
      throw new CorruptDataException(
          holder.brief()
              + " has another ledger than the one of "
              + signed.count()
              + " entries that it has signed");
    }
  }

  private Reply.LedgerPart part(OwnerId holder, long from) throws KithException {
    return client.ask(
        holder, new Request.LedgerGet(from, Protocol.MAX_LISTED), Reply.LedgerPart.class);
  }

  private static LedgerPosition checkEnd(OwnerId holder, Reply.LedgerPart part, LedgerPosition here)
      throws CorruptDataException {
    if (here.count() == part.count() && !here.digest().equals(part.digest())) {
      throw new CorruptDataException(holder.brief() + " has another ledger than the one here");
    }
    return here;
  }

  private static List<LedgerEntry> entries(ByteBuffer payload) throws CorruptDataException {
    ByteBuffer in = payload.duplicate();
    if (in.remaining() % LedgerEntry.SIZE != 0) {
      throw new CorruptDataException("ledger entries are cut off");
    }
    var entries = new ArrayList<LedgerEntry>();
    while (in.hasRemaining()) {
      byte[] bytes = new byte[LedgerEntry.SIZE];
      in.get(bytes);
      entries.add(LedgerEntry.parse(bytes));
    }
    return entries;
  }

  /**
   * Compares the ledgers and has the place where they end signed by both; durable on both sides on
   * return.
   *
   * @throws CorruptDataException if the ledgers differ
   */
  public Checkpoint checkpoint(OwnerId holder) throws IOException, KithException {
    LedgerPosition end = compare(holder);
    OwnerId me = self.identity().owner();
    var checkpoint =
        new Checkpoint(me, holder, end.generation(), end.count(), end.digest(), self.now());
    SignedRecord proposed = checkpoint.signedBy(self.identity());
    Reply.Checkpointed reply =
        client.ask(holder, new Request.CheckpointPropose(proposed), Reply.Checkpointed.class);
    Checkpoint.ofBoth(reply.checkpoint());
    if (!reply.checkpoint().sameBody(proposed)) {
      throw new CorruptDataException(holder.brief() + " signed another checkpoint");
    }
    book.checkpointThere(holder, reply.checkpoint());
    return checkpoint;
  }
}
