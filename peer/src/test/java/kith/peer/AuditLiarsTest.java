package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.ShardName;
import kith.index.LedgerPosition;
import kith.peer.conduct.AuditDraw;
import kith.peer.conduct.AuditOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders that lie in audits, each in its way, and owners that would use audits for reading. */
final class AuditLiarsTest {
  private static final int SHARDS = 10;

  private @TempDir Path folder;
  private AuditPair pair;

  @BeforeEach
  void start() throws IOException, KithException {
    pair = new AuditPair(5, folder);
    for (int i = 0; i < SHARDS; i++) {
      pair.put(150_000);
    }
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  @AfterEach
  void close() {
    pair.close();
  }

  private AuditOutcome outcome() throws KithException {
    AuditEnd end = pair.audit();
    return end.outcome().orElseThrow(() -> new AssertionError(end.text()));
  }

  /** The holder sends other replies than its honest node would. */
  private void lie(BiFunction<Request, Reply, Reply> lie) {
    pair.network.tamper(
        pair.holder.id(),
        (request, bytes) -> {
          try {
            return Wire.bytes(lie.apply(request, (Reply) Wire.read(bytes)), 1);
          } catch (CorruptDataException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** It answers reveals with these bytes. */
  private void proves(BiFunction<Request.AuditReveal, byte[], byte[]> proof) {
    lie(
        (request, reply) -> {
          if (!(request instanceof Request.AuditReveal reveal)) {
            return reply;
          }
          byte[] honest = new byte[reply.payload().remaining()];
          reply.payload().duplicate().get(honest);
          byte[] lie = proof.apply(reveal, honest);
          return new Reply.AuditProof(List.of(), ByteBuffer.wrap(lie));
        });
  }

  private void isWrong(String what) throws KithException {
    pair.missing.clear();
    pair.suspect.clear();
    assertEquals(AuditOutcome.WRONG, outcome(), what);
    assertEquals(1, pair.missing.size(), what);
    assertEquals(0, pair.summary().sampled(), what);
    pair.evicted.addAll(pair.plain.keySet());
    pair.suspect.clear();
    assertEquals(AuditOutcome.WRONG, outcome(), what + ", without the pack");
    pair.evicted.clear();
  }

  @Test
  void oneThatKeepsNothingAndSendsSomething() throws KithException {
    proves((reveal, honest) -> Messages.filled(honest.length, 9));
    isWrong("filled");
    proves((reveal, honest) -> new byte[0]);
    isWrong("empty");
    proves((reveal, honest) -> Arrays.copyOf(honest, honest.length + 1));
    isWrong("longer");
    proves((reveal, honest) -> Arrays.copyOf(honest, honest.length - 1));
    isWrong("shorter");
  }

  @Test
  void oneThatFlipsABit() throws KithException {
    proves(
        (reveal, honest) -> {
          honest[honest.length / 2] ^= 4;
          return honest;
        });
    isWrong("flipped");
  }

  /** Whatever it still has: another block than was drawn, of this shard or another. */
  @Test
  void oneThatHasAnotherBlock() throws KithException {
    List<ShardName> all = List.copyOf(pair.plain.keySet());
    for (int number = 0; number < 3; number++) {
      byte[] shard = pair.sealed(all.get(number));
      byte[] other =
          Arrays.copyOfRange(shard, number * 65_552, Math.min((number + 1) * 65_552, shard.length));
      proves(
          (reveal, honest) ->
              reveal.method() == AuditMethod.HMAC
                  ? BlockProofs.hmac(reveal.challenge(), other)
                  : other);
      pair.missing.clear();
      pair.suspect.clear();
      AuditOutcome outcome = outcome();
      boolean drawn = pair.missing.isEmpty();
      assertEquals(drawn ? AuditOutcome.PROVED : AuditOutcome.WRONG, outcome);
      assertTrue(number == 0 || !drawn || pair.summary().sampled() > 0);
    }
    assertTrue(pair.summary().counts().get(AuditOutcome.WRONG) > 0);
  }

  /** It has thrown the blocks away and kept a hash of each, or the state of one. */
  @Test
  void oneThatKeptOnlyHashes() throws KithException {
    List<BiFunction<byte[], byte[], byte[]>> tries =
        List.of(
            (key, hash) -> hash,
            (key, hash) -> BlockProofs.hmac(key, hash),
            (key, hash) -> Hash.of(joined(key, hash)).toBytes(),
            (key, hash) -> Hash.of(joined(hash, key)).toBytes(),
            (key, hash) -> BlockProofs.hmac(hash, key));
    for (BiFunction<byte[], byte[], byte[]> made : tries) {
      proves(
          (reveal, honest) -> {
            byte[] hash = Hash.of(drawn(reveal)).toBytes();
            return reveal.method() == AuditMethod.HMAC
                ? made.apply(reveal.challenge(), hash)
                : hash;
          });
      isWrong("a hash");
    }
  }

  /** The block that a reveal is about, as the owner made it. */
  private byte[] drawn(Request.AuditReveal reveal) {
    try {
      AuditRound round = AuditRound.of(reveal.round());
      var ledger =
          new LedgerBlocks(
              (from, limit) -> pair.holder.store.ledgerEntries(pair.owner.id(), from, limit),
              round.asked().ledger().count());
      var place = ledger.places(round.drawn(reveal.part(), ledger.count())).get(0);
      int from = place.block() * 65_552;
      return Arrays.copyOfRange(pair.sealed(place.shard()), from, from + place.length());
    } catch (IOException | CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] joined(byte[] one, byte[] two) {
    return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
  }

  @Test
  void oneThatKeepsNineTenthsIsFoundOutWithinAFewDays() throws IOException, KithException {
    ShardName lost = List.copyOf(pair.plain.keySet()).get(4);
    pair.holder.store.lose(pair.owner.id(), lost);
    proves((reveal, honest) -> honest.length == 0 ? Messages.filled(32, 1) : honest);
    int rounds = 0;
    AuditOutcome outcome = AuditOutcome.PROVED;
    while (outcome == AuditOutcome.PROVED && rounds < 200) {
      rounds++;
      pair.clock.advance(Duration.ofHours(1));
      outcome = outcome();
    }
    assertEquals(AuditOutcome.WRONG, outcome, rounds + " rounds");
    assertEquals(List.of(lost), pair.missing);
    assertTrue(rounds < 60, rounds + " rounds: less likely than 1 in 500");
  }

  private void opens(BiFunction<Request.AuditOpen, Reply.AuditOpened, Reply> lie) {
    lie(
        (request, reply) ->
            request instanceof Request.AuditOpen open && reply instanceof Reply.AuditOpened honest
                ? lie.apply(open, honest)
                : reply);
  }

  private Reply signed(AuditRound.Asked asked, AuditNonce part) {
    var round =
        new AuditRound(pair.owner.id(), pair.holder.id(), asked, part, pair.clock.instant());
    return new Reply.AuditOpened(round.signedBy(pair.holder.identity()), List.of());
  }

  @Test
  void oneThatReplaysAnOldRound() throws KithException {
    var old = new ArrayList<Reply>();
    opens(
        (open, honest) -> {
          old.add(honest);
          return old.get(0);
        });
    assertEquals(AuditOutcome.PROVED, outcome());
    assertEquals(AuditOutcome.WRONG, outcome());
  }

  @Test
  void oneThatSignsAnotherRoundThanWasAskedFor() throws KithException {
    var part = new AuditNonce(Messages.filled(32, 1));
    List<BiFunction<AuditRound.Asked, LedgerPosition, AuditRound.Asked>> lies =
        List.of(
            (asked, at) ->
                new AuditRound.Asked(
                    asked.commitment(),
                    new LedgerPosition(at.generation(), at.count() - 1, at.digest()),
                    asked.time(),
                    asked.method(),
                    asked.blocks()),
            (asked, at) ->
                new AuditRound.Asked(
                    new Digest(Messages.filled(32, 2)),
                    at,
                    asked.time(),
                    asked.method(),
                    asked.blocks()),
            (asked, at) ->
                new AuditRound.Asked(
                    asked.commitment(), at, Instant.EPOCH, asked.method(), asked.blocks()));
    for (var lie : lies) {
      opens((open, honest) -> signed(lie.apply(open.asked(), open.asked().ledger()), part));
      assertEquals(AuditOutcome.WRONG, outcome());
      assertEquals(0, pair.missing.size());
    }
    opens(
        (open, honest) -> {
          var round =
              new AuditRound(
                  pair.owner.id(), pair.holder.id(), open.asked(), part, pair.clock.instant());
          var forged = round.signedBy(pair.friend.identity());
          return new Reply.AuditOpened(forged, List.of());
        });
    assertEquals(AuditOutcome.WRONG, outcome());
  }

  @Test
  void oneThatRefusesIsNotProved() throws KithException {
    Instant proved = pair.summary().proved().orElseThrow();
    for (FailureKind reason : FailureKind.values()) {
      pair.clock.advance(Duration.ofHours(1));
      lie(
          (request, reply) ->
              request instanceof Request.AuditOpen
                  ? new Reply.Failure(reason, "no", Duration.ZERO)
                  : reply);
      assertNotEquals(Optional.of(AuditOutcome.PROVED), pair.audit().outcome(), reason.name());
    }
    assertEquals(proved, pair.summary().proved().orElseThrow());
  }

  @Test
  void aRoundIsDueUntilItIsAnswered() throws IOException, KithException {
    lie(
        (request, reply) ->
            request instanceof Request.AuditReveal
                ? new Reply.Failure(FailureKind.BUSY, "later", Duration.ZERO)
                : reply);
    assertEquals(AuditOutcome.OFFLINE, outcome());
    AuditRow.Open due = pair.audits.row(pair.holder.id()).open().orElseThrow();
    long opened = pair.network.count(MessageKind.AUDIT_OPEN);
    for (int i = 0; i < 5; i++) {
      pair.clock.advance(Duration.ofHours(1));
      assertEquals(AuditOutcome.OFFLINE, outcome());
      assertEquals(due, pair.audits.row(pair.holder.id()).open().orElseThrow());
      pair.restartOwner();
      pair.restartHolder();
    }
    assertEquals(opened, pair.network.count(MessageKind.AUDIT_OPEN));
    pair.network.tamper(pair.holder.id(), null);
    assertEquals(AuditOutcome.PROVED, outcome());
    assertEquals(opened, pair.network.count(MessageKind.AUDIT_OPEN));
    assertTrue(pair.audits.row(pair.holder.id()).open().isEmpty());
  }

  /** A holder that chooses its part of the draw by what it sees chooses nothing. */
  @Test
  void theHolderDoesNotSteerTheDraw() {
    var byCommitment = new int[10];
    var constant = new int[10];
    for (int i = 0; i < 20_000; i++) {
      var owners = AuditNonce.random(pair.random);
      byte[] seen = Hash.of(owners.toBytes()).toBytes();
      byte[] chosen = seen.clone();
      chosen[31] = (byte) (seen[31] & 0xf0);
      constant[block(owners, Messages.filled(32, 0))]++;
      byCommitment[block(owners, chosen)]++;
    }
    isUniform(constant);
    isUniform(byCommitment);
  }

  /** An owner commits himself before he sees the holder's part. */
  @Test
  void theOwnerDoesNotSteerTheDraw() {
    var counts = new int[10];
    for (int i = 0; i < 20_000; i++) {
      counts[
          block(
              new AuditNonce(Messages.filled(32, 0)), AuditNonce.random(pair.random).toBytes())]++;
    }
    isUniform(counts);
  }

  private static int block(AuditNonce owners, byte[] holders) {
    byte[] drawn = AuditDraw.together(owners.toBytes(), holders);
    return AuditDraw.blocks(drawn, 1, 10).get(0).intValue();
  }

  /** Chi-square over ten cells: 33.7 is passed by chance once in 10,000. */
  private static void isUniform(int[] counts) {
    double expected = Arrays.stream(counts).sum() / (double) counts.length;
    double chi =
        Arrays.stream(counts).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertTrue(chi < 33.7, Arrays.toString(counts));
  }

  @Test
  void aRevealThatDoesNotFitIsRefused() throws KithException {
    AuditRow.Open due = openRound();
    byte[] key = Messages.filled(32, 1);
    assertRefused(
        new Request.AuditReveal(
            due.round(), new AuditNonce(Messages.filled(32, 7)), AuditMethod.HMAC, key));
    assertRefused(
        new Request.AuditReveal(
            due.round(), due.part(), AuditMethod.POWER, Messages.filled(512, -1)));
    Reply right =
        pair.owner.client.ask(
            pair.holder.id(),
            new Request.AuditReveal(due.round(), due.part(), AuditMethod.HMAC, key));
    assertTrue(right instanceof Reply.AuditProof, right.toString());
  }

  private AuditRow.Open openRound() throws KithException {
    lie(
        (request, reply) ->
            request instanceof Request.AuditReveal
                ? new Reply.Failure(FailureKind.BUSY, "later", Duration.ZERO)
                : reply);
    assertEquals(AuditOutcome.OFFLINE, outcome());
    pair.network.tamper(pair.holder.id(), null);
    return pair.audits.row(pair.holder.id()).open().orElseThrow();
  }

  private void assertRefused(Request.AuditReveal reveal) throws KithException {
    Reply reply = pair.owner.client.ask(pair.holder.id(), reveal);
    assertTrue(reply instanceof Reply.Failure, reply.toString());
    assertEquals(FailureKind.NOT_PERMITTED, ((Reply.Failure) reply).reason());
  }

  /** Another owner's round, or one that the holder never signed, opens nothing. */
  @Test
  void aRoundOfOthersIsRefused() throws KithException {
    AuditRow.Open due = openRound();
    byte[] key = Messages.filled(32, 1);
    TestNode.befriend(pair.holder, pair.friend, 1 << 20);
    Reply reply =
        pair.friend.client.ask(
            pair.holder.id(),
            new Request.AuditReveal(due.round(), due.part(), AuditMethod.HMAC, key));
    assertEquals(FailureKind.NOT_PERMITTED, ((Reply.Failure) reply).reason());
  }

  /** It opens as many rounds as it may and asks for as many blocks as it can get. */
  @Test
  void anOwnerWhoReadsByAuditsGetsLittleAndNothingThatHeWants() throws KithException {
    pair.tomorrow();
    AuditRow.Open due = openRound();
    AuditRound round = AuditRound.of(due.round());
    pair.network.resetCounts();
    for (int i = 0; i < 1000; i++) {
      var part = AuditNonce.random(pair.random);
      Instant now = pair.clock.instant();
      var ids = List.of(pair.owner.id(), pair.holder.id());
      var asked =
          new AuditRound.Asked(
              AuditRound.commitment(ids, round.asked().ledger(), now, part),
              round.asked().ledger(),
              now,
              AuditMethod.BLOCK,
              AuditDraw.MAX_BLOCKS);
      Reply reply = pair.owner.client.ask(pair.holder.id(), new Request.AuditOpen(asked));
      if (reply instanceof Reply.AuditOpened opened) {
        for (int again = 0; again < 10; again++) {
          var unused =
              pair.owner.client.ask(
                  pair.holder.id(),
                  new Request.AuditReveal(opened.round(), part, AuditMethod.BLOCK, new byte[0]));
        }
      }
    }
    long bound = 48L * AuditAllowance.BLOCKS * 65_552;
    assertTrue(pair.network.bytes() < bound + 4_000_000, pair.network.bytes() + " bytes in a day");
  }

  @Test
  void everyFlippedByteOfARevealIsRefusedOrHarmless() throws KithException {
    AuditRow.Open due = openRound();
    var reveal =
        new Request.AuditReveal(due.round(), due.part(), AuditMethod.HMAC, Messages.filled(32, 1));
    byte[] whole = MessageCodec.control(reveal);
    byte[] honest = proof(whole);
    int other = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << pair.random.nextInt(8));
      byte[] proof = proof(damaged);
      other += proof != null && !Arrays.equals(proof, honest) ? 1 : 0;
    }
    assertTrue(honest != null && honest.length == 32);
    assertTrue(other <= 34, other + ": only another key gives another proof");
    assertTrue(Arrays.equals(honest, proof(whole)));
  }

  /** What the holder's service answers to these fields; null for no proof. */
  private byte[] proof(byte[] control) {
    try {
      var read = MessageCodec.read(MessageKind.AUDIT_REVEAL, control, MessageCodec.NOTHING);
      pair.clock.advance(Duration.ofMinutes(20)); // so that it may ask so often
      Reply reply = pair.owner.client.ask(pair.holder.id(), (Request) read);
      return reply instanceof Reply.AuditProof proof
          ? Arrays.copyOf(proof.payload().array(), proof.payload().remaining())
          : null;
    } catch (KithException e) {
      return null;
    }
  }
}
