package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.LedgerPosition;
import kith.peer.conduct.AuditOutcome;

/**
 * One audit of one holder, from the checkpoint to the outcome, as calls to it. What is on this side
 * and fails is an IOException; whatever a holder says or doesn't say becomes the outcome. For one
 * thread.
 */
final class AuditTalk {
  private final Auditor.Parts parts;
  private final Partner partner;
  private final OwnerId holder;
  private final AuditProofs proofs;

  /** Shards that the holder has admitted to have lost before it was asked for them. */
  private List<ShardName> admitted = List.of();

  AuditTalk(Auditor.Parts parts, Partner partner) {
    this.parts = parts;
    this.partner = partner;
    this.holder = partner.id();
    this.proofs = new AuditProofs(parts.blocks(), holder, parts.random());
  }

  /** Finishes the round that is due, or else begins one. */
  AuditEnd run() throws IOException {
    try {
      Optional<AuditRow.Open> due = parts.audits().row(holder).open();
      if (due.isEmpty()) {
        AuditEnd nothing = nothing();
        if (nothing != null) {
          return nothing;
        }
        due = Optional.of(begin());
      }
      return finish(due.get());
    } catch (CorruptDataException e) {
      return contradicted(e);
    } catch (KithException e) {
      return AuditEnd.away(String.valueOf(e.getMessage()));
    }
  }

  /** Something that reads what is kept here. */
  private interface Mine<T> {
    T read() throws IOException, CorruptDataException;
  }

  /** What is damaged here is no fault of the holder's. */
  private static <T> T mine(Mine<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (CorruptDataException e) {
      throw new IOException("damaged on this side: " + e.getMessage(), e);
    }
  }

  /** The holder has said what cannot be, unless it is our own ledger that is damaged. */
  private AuditEnd contradicted(CorruptDataException e) throws IOException {
    mine(
        () -> {
          parts.mirrors().verify(holder);
          return holder;
        });
    return AuditEnd.of(AuditOutcome.WRONG, List.of(), String.valueOf(e.getMessage()));
  }

  /** Why there is nothing to audit now; else null. */
  private AuditEnd nothing() throws IOException {
    Instant now = parts.self().now();
    AuditAllowance today = parts.audits().row(holder).used().at(now);
    if (today.opened() >= partner.agreement().terms().auditsPerDay()) {
      return AuditEnd.nothing(
          "the audits agreed for a day are used up, for "
              + Duration.ofMinutes(1 + today.rest(now).toMinutes()).toMinutes()
              + " minutes");
    }
    return mine(() -> parts.mirrors().position(holder)).count() == 0
        ? AuditEnd.nothing("nothing is kept there that is known of")
        : null;
  }

  private AuditRow.Open begin() throws IOException, KithException {
    Reply reply = opened(signedLedger());
    if (reply instanceof Reply.Failure refused && refused.reason() == FailureKind.CORRUPT_DATA) {
      // A checkpoint may be lost on either side: compare before anybody is accused.
      reply = opened(checkpoint());
    }
    var opened = Calls.expect(holder, reply, Reply.AuditOpened.class);
    AuditRound round = AuditRound.of(opened.round());
    OwnerId me = parts.self().identity().owner();
    if (!round.owner().equals(me)
        || !round.holder().equals(holder)
        || !round.asked().equals(asked)) {
      throw new CorruptDataException(holder.brief() + " signed another audit than was asked for");
    }
    admitted = opened.lost();
    return new AuditRow.Open(opened.round(), part);
  }

  private AuditNonce part;
  private AuditRound.Asked asked;

  /** Asks for a round; from then on it is used up. */
  private Reply opened(LedgerPosition ledger) throws IOException, KithException {
    Instant now = Instant.ofEpochMilli(parts.self().now().toEpochMilli());
    part = AuditNonce.random(parts.random());
    var ids = List.of(parts.self().identity().owner(), holder);
    asked =
        new AuditRound.Asked(
            AuditRound.commitment(ids, ledger, now, part),
            ledger,
            now,
            parts.method(),
            parts.settings().blocks());
    parts.audits().change(holder, row -> row.withUsed(row.used().at(now).plusRound(), now));
    return parts.client().ask(holder, new Request.AuditOpen(asked));
  }

  /** The last checkpoint, if nothing was put since; else a new one. */
  private LedgerPosition signedLedger() throws IOException, KithException {
    Optional<SignedRecord> last = partner.checkpointThere();
    LedgerPosition end = mine(() -> parts.mirrors().position(holder));
    if (last.isPresent()) {
      Checkpoint signed = mine(() -> Checkpoint.of(last.get()));
      if (signed.generation() == end.generation() && signed.count() == end.count()) {
        return end;
      }
    }
    return checkpoint();
  }

  private LedgerPosition checkpoint() throws IOException, KithException {
    Checkpoint now = parts.keeper().checkpoint(holder);
    return new LedgerPosition(now.generation(), now.count(), now.digest());
  }

  private AuditEnd finish(AuditRow.Open open) throws IOException, KithException {
    AuditRound round;
    List<LedgerBlocks.Place> places;
    try {
      round = AuditRound.of(open.round());
      places = places(round, open.part());
    } catch (CorruptDataException e) {
      return AuditEnd.ours("the round that was due is lost: " + e.getMessage(), true);
    }
    parts.audits().changeDurably(holder, row -> row.withOpen(Optional.of(open)));
    AuditMethod method = proofs.method(round.asked().method(), places);
    AuditEnd end = ask(open, method, places);
    boolean wrong = end.outcome().equals(Optional.of(AuditOutcome.WRONG));
    return wrong && method != AuditMethod.BLOCK ? ask(open, AuditMethod.BLOCK, places) : end;
  }

  /** Which blocks were drawn, by the ledger here. */
  private List<LedgerBlocks.Place> places(AuditRound round, AuditNonce owners)
      throws IOException, CorruptDataException {
    LedgerPosition ledger = round.asked().ledger();
    if (parts.mirrors().position(holder).count() < ledger.count()
        || !parts.mirrors().position(holder, ledger.count()).equals(ledger)) {
      throw new CorruptDataException("the ledger here is not the one that it was opened for");
    }
    var blocks =
        new LedgerBlocks(
            (from, limit) -> parts.mirrors().entries(holder, from, limit), ledger.count());
    if (blocks.count() == 0) {
      throw new CorruptDataException("the ledger is empty");
    }
    return blocks.places(round.drawn(owners, blocks.count()));
  }

  private AuditEnd ask(AuditRow.Open open, AuditMethod method, List<LedgerBlocks.Place> places)
      throws IOException, KithException {
    byte[] challenge = proofs.challenge(method);
    var reveal = new Request.AuditReveal(open.round(), open.part(), method, challenge);
    long began = parts.nanos().getAsLong();
    Reply reply = parts.client().ask(holder, reveal, parts.settings().patience());
    Duration took = Duration.ofNanos(parts.nanos().getAsLong() - began);
    if (reply instanceof Reply.Failure failure) {
      return failed(failure, places);
    }
    var proof = Calls.expect(holder, reply, Reply.AuditProof.class);
    if (!proof.lost().isEmpty()) {
      return lost(proof.lost(), places);
    }
    List<ShardName> wrong =
        proofs.wrong(new AuditProofs.Question(method, challenge), places, proof);
    if (!wrong.isEmpty()) {
      return wrong(wrong, method);
    }
    return right(took, places);
  }

  private AuditEnd right(Duration took, List<LedgerBlocks.Place> places) throws IOException {
    List<ShardName> gone = counted(admitted);
    if (!gone.isEmpty()) {
      return AuditEnd.of(
          AuditOutcome.LOST, gone, "it says that it has lost " + gone.size() + " other shards");
    }
    String text = places.size() + (places.size() == 1 ? " block is" : " blocks are") + " there";
    return took.compareTo(parts.settings().slow()) > 0
        ? AuditEnd.of(
            AuditOutcome.SLOW, List.of(), text + ", but it took " + took.toSeconds() + " s")
        : AuditEnd.of(AuditOutcome.PROVED, List.of(), text);
  }

  private AuditEnd failed(Reply.Failure failure, List<LedgerBlocks.Place> places)
      throws IOException {
    return switch (failure.reason()) {
      case NOT_FOUND, CORRUPT_DATA -> {
        List<ShardName> drawn = counted(shards(places));
        yield drawn.isEmpty()
            ? AuditEnd.nothing("what was drawn is not needed there any more")
            : AuditEnd.of(AuditOutcome.LOST, drawn, "it has lost it: " + failure.message());
      }
      case NOT_PERMITTED, SPACE_EXHAUSTED, BUSY, SICK, UNKNOWN_REQUEST ->
          AuditEnd.away(failure.reason() + ": " + failure.message());
    };
  }

  private AuditEnd lost(List<ShardName> named, List<LedgerBlocks.Place> places)
      throws IOException, KithException {
    List<ShardName> drawn = shards(places);
    if (named.stream().noneMatch(drawn::contains)) {
      return wrong(drawn, AuditMethod.BLOCK);
    }
    var all = new ArrayList<ShardName>(named.stream().filter(drawn::contains).toList());
    all.addAll(admitted);
    List<ShardName> gone = counted(all);
    return gone.isEmpty()
        ? AuditEnd.nothing("what it says to have lost is not needed there any more")
        : AuditEnd.of(
            AuditOutcome.LOST, gone, "it says that it has lost " + gone.size() + " shards");
  }

  /** Before anybody is accused the ledgers are compared, and ours is read again. */
  private AuditEnd wrong(List<ShardName> shards, AuditMethod method)
      throws IOException, KithException {
    mine(
        () -> {
          parts.mirrors().verify(holder);
          return holder;
        });
    if (method == AuditMethod.BLOCK) {
      parts.keeper().compare(holder);
    }
    List<ShardName> needed = counted(shards);
    return needed.isEmpty()
        ? AuditEnd.nothing("what was drawn is not needed there any more")
        : AuditEnd.of(AuditOutcome.WRONG, needed, "the proof is false (" + method + ")");
  }

  private static List<ShardName> shards(List<LedgerBlocks.Place> places) {
    return places.stream().map(LedgerBlocks.Place::shard).distinct().toList();
  }

  /** Those of them that this holder is to have. */
  private List<ShardName> counted(List<ShardName> shards) throws IOException {
    Set<ShardName> seen = new HashSet<>();
    var counted = new ArrayList<ShardName>();
    for (ShardName shard : shards) {
      if (seen.add(shard) && parts.blocks().isPlaced(shard, holder)) {
        counted.add(shard);
      }
    }
    return counted;
  }
}
