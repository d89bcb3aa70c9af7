package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.ShardName;
import kith.peer.conduct.AuditOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits of a holder that does as it should, and what is counted where something fails. */
final class AuditTest {
  private @TempDir Path folder;
  private AuditPair pair;

  @BeforeEach
  void start() throws IOException, KithException {
    pair = new AuditPair(3, folder);
    for (int i = 0; i < 5; i++) {
      pair.put(200_000);
    }
  }

  @AfterEach
  void close() {
    pair.close();
  }

  private AuditOutcome outcome() throws KithException {
    AuditEnd end = pair.audit();
    return end.outcome().orElseThrow(() -> new AssertionError(end.text()));
  }

  private long count(AuditOutcome outcome) {
    return pair.summary().counts().get(outcome);
  }

  @Test
  void anHonestHolderPassesByTheHashWithoutSendingBlocks() throws IOException, KithException {
    pair.blocks(4);
    pair.audit();
    pair.network.resetCounts();
    for (int i = 0; i < 10; i++) {
      assertEquals(AuditOutcome.PROVED, outcome());
    }
    assertTrue(pair.network.bytes() < 10 * 8000, pair.network.bytes() + " bytes");
    assertEquals(44, pair.summary().sampled());
    assertEquals(11, count(AuditOutcome.PROVED));
    assertEquals(Optional.of(pair.clock.instant()), pair.summary().proved());
    assertEquals(1 - Math.pow(0.05, 1.0 / 44), pair.summary().bound(), 1e-12);
    assertFalse(pair.summary().isDue());
  }

  @Test
  void anHonestHolderPassesByTheBlockWhereThePackIsGone() throws KithException {
    pair.evicted.addAll(pair.plain.keySet());
    for (int i = 0; i < 10; i++) {
      assertEquals(AuditOutcome.PROVED, outcome());
    }
    assertTrue(pair.network.bytes() > 10 * 10_000, pair.network.bytes() + " bytes");
  }

  @Test
  void whatWasPutIsAuditedOnceTheLedgerIsSigned() throws KithException {
    assertEquals(AuditOutcome.PROVED, outcome());
    assertEquals(1, pair.network.count(MessageKind.CHECKPOINT_PROPOSE));
    assertEquals(AuditOutcome.PROVED, outcome());
    assertEquals(1, pair.network.count(MessageKind.CHECKPOINT_PROPOSE));
    pair.put(1000);
    assertEquals(AuditOutcome.PROVED, outcome());
    assertEquals(2, pair.network.count(MessageKind.CHECKPOINT_PROPOSE));
  }

  @Test
  void nothingIsAuditedWhereNothingIsKept() throws KithException {
    assertEquals(Optional.empty(), pair.auditor.audit(pair.friend.id()).outcome());
    assertEquals(0, pair.network.count(MessageKind.AUDIT_OPEN));
  }

  @Test
  void whatWasDroppedIsNotAudited() throws IOException, KithException {
    List<ShardName> all = List.copyOf(pair.plain.keySet());
    for (ShardName shard : all.subList(1, 5)) {
      pair.holder.store.drop(pair.owner.id(), shard, pair.clock.millis());
    }
    pair.keeper.checkpoint(pair.holder.id());
    for (int i = 0; i < 20; i++) {
      assertEquals(AuditOutcome.PROVED, outcome());
    }
  }

  @Test
  void aLossIsAdmittedAndTheShardPutAgain() throws KithException {
    for (ShardName shard : pair.plain.keySet()) {
      pair.holder.store.flipBit(pair.owner.id(), shard, 150_000);
    }
    assertEquals(AuditOutcome.LOST, outcome());
    assertEquals(1, pair.missing.size());
    ShardName shard = pair.missing.get(0);
    pair.put(shard);
    assertFalse(pair.holder.audits.knowsDamaged(pair.owner.id(), shard));
  }

  @Test
  void damageThatTheHolderHasFoundIsToldWithTheNextAudit() throws IOException, KithException {
    ShardName shard = pair.plain.keySet().iterator().next();
    pair.holder.store.lose(pair.owner.id(), shard);
    pair.put(shard);
    pair.holder.store.flipBit(pair.owner.id(), shard, 5);
    pair.holder.audits.damaged(pair.owner.id(), shard);
    pair.restartHolder();
    assertEquals(AuditOutcome.LOST, outcome());
    assertEquals(List.of(shard), pair.missing);
    int lost = 0;
    for (int i = 0; i < 10; i++) {
      lost += pair.audit().outcome().equals(Optional.of(AuditOutcome.LOST)) ? 1 : 0;
    }
    assertEquals(0, lost, "it is counted once until it is put again");
  }

  @Test
  void aHolderWhoIsAwayIsOfflineAndTheRoundStaysDue() throws KithException {
    assertEquals(AuditOutcome.PROVED, outcome());
    pair.network.kill(pair.holder.id());
    assertEquals(AuditOutcome.OFFLINE, outcome());
    pair.network.revive(pair.holder.id());
    pair.clock.advance(Duration.ofHours(1));
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  @Test
  void nobodyIsAccusedWhereNobodyAnswers() throws KithException {
    pair.network.partition(List.of(pair.owner.id()));
    assertEquals(AuditOutcome.OURS, outcome());
    assertEquals(0, count(AuditOutcome.OFFLINE));
  }

  @Test
  void aSickHolderIsNotWrong() throws KithException {
    assertEquals(AuditOutcome.PROVED, outcome());
    pair.holder.store.failWith(new IOException("Input/output error"));
    assertEquals(AuditOutcome.OFFLINE, outcome());
    assertTrue(pair.holder.audits.health().isSick());
    pair.holder.store.failWith(null);
    assertEquals(AuditOutcome.OFFLINE, outcome(), "it serves nothing until a probe has worked");
    pair.holder.audits.health().tick();
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  @Test
  void aRightProofThatTakesLongIsSlow() throws KithException {
    pair.network.latency(pair.holder.id(), Duration.ofSeconds(15));
    assertEquals(AuditOutcome.PROVED, outcome());
    pair.evicted.addAll(pair.plain.keySet());
    pair.network.uplink(pair.holder.id(), 500);
    AuditOutcome slow = outcome();
    for (int i = 0; i < 8 && slow != AuditOutcome.SLOW; i++) {
      slow = outcome(); // the last block of a shard is short
    }
    assertEquals(AuditOutcome.SLOW, slow);
  }

  @Test
  void clocksThatJumpAccuseNobody() throws KithException {
    for (int days : new int[] {300, -299, 3, -2, 200}) {
      pair.clock.set(pair.clock.instant().plus(Duration.ofDays(days)));
      assertEquals(AuditOutcome.PROVED, pair.audit().outcome().orElseThrow(), days + " days");
    }
    pair.clock.set(pair.clock.instant().minus(Duration.ofDays(800)));
    assertEquals(AuditOutcome.OURS, outcome(), "before there was any credential");
  }

  @Test
  void ourOwnDamageAccusesNobody() throws IOException, KithException {
    assertEquals(AuditOutcome.PROVED, outcome());
    pair.owner.disk.storage().failWith(new IOException("No space left on device"));
    assertEquals(AuditOutcome.OURS, pair.audit().outcome().orElseThrow());
    pair.restartOwner();
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  @Test
  void aPackThatIsDamagedHereAccusesNobody() throws KithException {
    pair.plain.values().forEach(bytes -> bytes[0] ^= 1);
    pair.plain.values().forEach(bytes -> bytes[70_000] ^= 1);
    pair.plain.values().forEach(bytes -> bytes[140_000] ^= 1);
    pair.plain.values().forEach(bytes -> bytes[199_000] ^= 1);
    assertEquals(AuditOutcome.PROVED, outcome(), "the block itself has a good seal");
  }

  @Test
  void unrevealedRoundsUseTheAuditsOfTheDayUp() throws KithException {
    assertEquals(AuditOutcome.PROVED, outcome());
    AuditRound asked = askedLately();
    for (int i = 1; i < 48; i++) {
      Reply reply = pair.owner.client.ask(pair.holder.id(), new Request.AuditOpen(asked.asked()));
      assertTrue(reply instanceof Reply.AuditOpened, reply.toString());
    }
    Reply refused = pair.owner.client.ask(pair.holder.id(), new Request.AuditOpen(asked.asked()));
    Reply.Failure failure = (Reply.Failure) refused;
    assertEquals(FailureKind.BUSY, failure.reason());
    assertTrue(failure.retryAfter().compareTo(Duration.ofHours(23)) > 0);
    pair.restartHolder();
    refused = pair.owner.client.ask(pair.holder.id(), new Request.AuditOpen(asked.asked()));
    assertEquals(FailureKind.BUSY, ((Reply.Failure) refused).reason());
    pair.clock.advance(failure.retryAfter());
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  private AuditRound askedLately() {
    var ids = List.of(pair.owner.id(), pair.holder.id());
    try {
      SignedRecord last =
          pair.owner.book.find(pair.holder.id()).orElseThrow().checkpointThere().orElseThrow();
      Checkpoint signed = Checkpoint.of(last);
      var ledger =
          new kith.index.LedgerPosition(signed.generation(), signed.count(), signed.digest());
      var part = new AuditNonce(Messages.filled(32, 1));
      var now = pair.clock.instant();
      var commitment = AuditRound.commitment(ids, ledger, now, part);
      var asked = new AuditRound.Asked(commitment, ledger, now, AuditMethod.BLOCK, 16);
      return new AuditRound(pair.owner.id(), pair.holder.id(), asked, part, now);
    } catch (kith.codec.CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theOwnerAsksForNoMoreThanWasAgreed() throws KithException {
    for (int i = 0; i < 48; i++) {
      assertEquals(AuditOutcome.PROVED, outcome());
    }
    AuditEnd end = pair.audit();
    assertEquals(Optional.empty(), end.outcome());
    assertTrue(end.text().contains("used up"), end.text());
    assertEquals(48, pair.network.count(MessageKind.AUDIT_OPEN));
    pair.tomorrow();
    assertEquals(AuditOutcome.PROVED, outcome());
  }

  @Test
  void auditsAreSpreadOverTheDay() {
    int most = 0;
    int all = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      pair.clock.advance(Duration.ofMinutes(1));
      int done = pair.auditor.tick();
      all += done;
      most = Math.max(most, done);
    }
    assertEquals(48, (double) count(AuditOutcome.PROVED), 1);
    assertTrue(all >= 95 && all <= 98, all + " of two holders, one of which has nothing");
    assertTrue(most <= 2);
    pair.clock.advance(Duration.ofDays(22));
    long before = count(AuditOutcome.PROVED);
    for (int minute = 0; minute < 24 * 60; minute++) {
      pair.clock.advance(Duration.ofMinutes(1));
      pair.auditor.tick();
    }
    assertEquals(24, (double) count(AuditOutcome.PROVED) - before, 1);
  }

  @Test
  void aDayOfAuditsIsUnderTwoMegabytesAlsoWithoutThePacks() {
    pair.evicted.addAll(pair.plain.keySet());
    pair.clock.advance(Duration.ofDays(22));
    pair.network.resetCounts();
    for (int minute = 0; minute < 24 * 60; minute++) {
      pair.clock.advance(Duration.ofMinutes(1));
      pair.auditor.tick();
    }
    assertTrue(count(AuditOutcome.PROVED) >= 23);
    assertTrue(pair.network.bytes() < 2 << 20, pair.network.bytes() + " bytes");
  }
}
