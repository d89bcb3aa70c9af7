package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.peer.conduct.CourtesyBudget;
import kith.peer.conduct.RepairBudget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a holder lets be read back outside restores, and what owners do not ask for. */
final class ReadingBackTest {
  private static final long DAY = CourtesyBudget.LEAST;
  private static final OwnerId LOST = TestNode.keyOf("lost").id();

  private ReadingNodes nodes;

  @BeforeEach
  void start() throws IOException, KithException {
    nodes = new ReadingNodes(ReadingNodes.strangersWithoutCommitment());
    nodes.put(12);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private NotYetException refused(ReadPurpose purpose) {
    return assertThrows(
        NotYetException.class, () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), purpose));
  }

  private Reply asked(Request.Get get) throws KithException {
    return nodes.owner.client.ask(nodes.holder.id(), get);
  }

  @Test
  void whoReadsEverythingDailyIsRefusedWithTheTimeToWait() throws KithException {
    for (int day = 0; day < 5; day++) {
      long read = nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
      assertTrue(read <= DAY && read >= DAY - ReadingNodes.SHARD, read + " on day " + day);
      nodes.clock.advance(Duration.ofDays(1));
    }
    nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    var get = new Request.Get(nodes.shards.get(0).name(), 0, 16);
    Reply.Failure refusal = assertInstanceOf(Reply.Failure.class, asked(get));
    assertEquals(FailureKind.NOT_YET, refusal.reason());
    nodes.clock.advance(refusal.retryAfter().minusSeconds(2));
    assertInstanceOf(Reply.Failure.class, asked(get));
    nodes.clock.advance(Duration.ofSeconds(3));
    assertInstanceOf(Reply.Blocks.class, asked(get));
  }

  private Reply told(Request request) throws KithException {
    return nodes.owner.client.ask(nodes.holder.id(), request);
  }

  @Test
  void whoReadsHeadsAndLedgersOverAndOverIsToldToWait() throws KithException {
    var head = HeadRecord.sign(nodes.owner.identity(), 1, nodes.clock.instant(), new byte[60_000]);
    nodes.owner.client.putHead(nodes.holder.id(), head);
    long bytes = 0;
    Reply reply = told(new Request.HeadGet(0));
    while (reply instanceof Reply.HeadFound found) {
      bytes += found.payload().remaining();
      reply = told(new Request.HeadGet(0));
    }
    assertTrue(bytes > 60 << 20 && bytes < 68 << 20, bytes + " bytes of heads");
    var refusal = assertInstanceOf(Reply.Failure.class, reply);
    assertEquals(FailureKind.BUSY, refusal.reason());
    assertInstanceOf(Reply.Failure.class, told(new Request.LedgerGet(0, 10)));
    nodes.declare(nodes.owner);
    assertInstanceOf(Reply.HeadFound.class, told(new Request.HeadGet(0)), "in a restore");
    assertInstanceOf(Reply.LedgerPart.class, told(new Request.LedgerGet(0, 10)));
    nodes.clock.advance(Duration.ofDays(40)); // the restore is over
    assertInstanceOf(Reply.HeadFound.class, told(new Request.HeadGet(0)));
  }

  @Test
  void aDayOfAuditsAndHeadsIsFarFromTheBound() throws KithException {
    for (int i = 0; i < 5000; i++) {
      assertInstanceOf(Reply.LedgerPart.class, told(new Request.LedgerGet(i % 12, 10)));
    }
  }

  @Test
  void whoeverChecksALittleEachDayIsNeverRefused() throws KithException {
    for (int day = 0; day < 20; day++) {
      for (int i = 0; i < 7; i++) {
        ReadingNodes.read(nodes.owner, nodes.shards.get((day + i) % 12), ReadPurpose.COURTESY);
      }
      nodes.clock.advance(Duration.ofDays(1));
    }
  }

  @Test
  void listsCountAsWell() {
    nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    assertThrows(NotYetException.class, this::listMuch);
  }

  private void listMuch() throws KithException {
    for (int i = 0; i < 5000; i++) {
      nodes.owner.client.list(nodes.holder.id(), null, 1000);
    }
  }

  @Test
  void friendsReadWithoutLimit() throws IOException, KithException {
    try (var friends = new ReadingNodes(AgreementTerms.friends())) {
      friends.put(12);
      for (int i = 0; i < 4; i++) {
        assertEquals(friends.held(), friends.readAll(friends.owner, ReadPurpose.COURTESY));
      }
      assertEquals(0, friends.network.count(MessageKind.RESTORE_DECLARE));
    }
  }

  @Test
  void aRestartOfTheHolderForgetsNothing() throws IOException, KithException {
    nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    nodes.holder.reading.close();
    nodes.holder.rows.sync();
    nodes.holder = nodes.holder.restarted(nodes.network);
    nodes.network.kill(nodes.holder.id());
    nodes.network.revive(nodes.holder.id());
    assertEquals(0, nodes.readAll(nodes.owner, ReadPurpose.COURTESY));
    refused(ReadPurpose.COURTESY);
  }

  @Test
  void aCrashForgetsALittleInTheOwnersFavour() throws IOException, KithException {
    nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    nodes.holder.rows.sync(); // as it is within a second
    nodes.holder = nodes.holder.restarted(nodes.network);
    nodes.network.kill(nodes.holder.id());
    nodes.network.revive(nodes.holder.id());
    long more = nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    assertTrue(more <= 2 * ReadBook.GROUP, more + " bytes more");
  }

  @Test
  void rowsAreWrittenForGroupsOfBlocks() throws IOException, KithException {
    byte[] before = nodes.holder.rows.get(kith.index.Table.META, key());
    ReadingNodes.read(nodes.owner, nodes.shards.get(0), ReadPurpose.COURTESY);
    long writes = 0;
    byte[] last = before;
    for (int i = 1; i < 7; i++) {
      ReadingNodes.read(nodes.owner, nodes.shards.get(i), ReadPurpose.COURTESY);
      byte[] now = nodes.holder.rows.get(kith.index.Table.META, key());
      writes += java.util.Arrays.equals(last, now) ? 0 : 1;
      last = now;
    }
    assertTrue(writes > 0 && writes <= 6, writes + " rows for 24 MiB");
  }

  private byte[] key() {
    byte[] key = new byte[5 + OwnerId.SIZE];
    System.arraycopy("given".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, key, 0, 5);
    nodes.owner.id().copyTo(key, 5);
    return key;
  }

  @Test
  void aClockThatJumpsAYearGivesADaysWorthAtMost() throws KithException {
    nodes.readAll(nodes.owner, ReadPurpose.COURTESY);
    nodes.clock.advance(Duration.ofDays(300));
    assertTrue(nodes.readAll(nodes.owner, ReadPurpose.COURTESY) <= DAY);
    nodes.clock.advance(Duration.ofDays(-300));
    assertEquals(0, nodes.readAll(nodes.owner, ReadPurpose.COURTESY));
    nodes.clock.advance(Duration.ofDays(1));
    assertTrue(nodes.readAll(nodes.owner, ReadPurpose.COURTESY) > DAY / 2);
  }

  @Test
  void aLostPartnersShardsAreMadeAgainOnce() throws KithException {
    var repair = new ReadPurpose.Repair(LOST);
    assertEquals(nodes.held(), nodes.readAll(nodes.owner, repair));
    assertTrue(nodes.readAll(nodes.owner, repair) <= RepairBudget.SLACK);
    assertTrue(refused(repair).after().compareTo(Duration.ofDays(300)) > 0);
    ReadingNodes.read(nodes.owner, nodes.shards.get(0), ReadPurpose.COURTESY);
  }

  @Test
  void whoLosesAPartnerEachDayIsNotBelieved() {
    for (int i = 0; i < RepairBudget.MOST; i++) {
      var lost = new ReadPurpose.Repair(TestNode.keyOf("lost " + i).id());
      assertEquals(nodes.held(), nodes.readAll(nodes.owner, lost));
    }
    assertEquals(0, nodes.readAll(nodes.owner, new ReadPurpose.Repair(LOST)));
    refused(new ReadPurpose.Repair(LOST));
  }

  @Test
  void aRepairWithoutALostPartnerIsRefused() {
    for (OwnerId none : new OwnerId[] {nodes.owner.id(), nodes.holder.id()}) {
      assertThrows(
          NotPermittedException.class,
          () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), new ReadPurpose.Repair(none)));
    }
    try (TestNode view = nodes.view()) {
      assertThrows(
          NotPermittedException.class,
          () -> ReadingNodes.read(view, nodes.shards.get(0), new ReadPurpose.Repair(LOST)));
    }
  }

  @Test
  void whatIsNotThereIsNotCounted() throws KithException {
    var missing = Shards.make(Shards.random(99), nodes.holder.id(), ReadingNodes.SHARD);
    for (int i = 0; i < 20; i++) {
      assertThrows(
          KithException.class, () -> ReadingNodes.read(nodes.owner, missing, ReadPurpose.COURTESY));
    }
    ReadingNodes.read(nodes.owner, nodes.shards.get(0), ReadPurpose.COURTESY);
  }

  @Test
  void theOwnerAsksForNothingThatWouldBeRefused() throws IOException, KithException {
    var pacing = new ReadPacing(nodes.owner.rows, nodes.clock);
    Partner holder = nodes.owner.book.find(nodes.holder.id()).orElseThrow();
    pacing.take(holder, nodes.held(), ReadPurpose.COURTESY, DAY);
    var wait =
        assertThrows(
            NotYetException.class,
            () -> pacing.take(holder, nodes.held(), ReadPurpose.COURTESY, DAY / 2));
    assertEquals(12, wait.after().toHours());
    assertTrue(pacing.untilReadable(holder, nodes.held()).toMillis() > 0);
    pacing.close();
    var again = new ReadPacing(nodes.owner.rows, nodes.clock);
    assertThrows(NotYetException.class, () -> again.take(holder, 0, ReadPurpose.COURTESY, 1 << 20));
    again.giveBack(holder.id(), ReadPurpose.COURTESY, DAY);
    again.take(holder, 0, ReadPurpose.COURTESY, 1 << 20);
  }

  @Test
  void bothSidesCountTheSameSoThatNobodyWhoPacesHimselfIsRefused()
      throws IOException, KithException {
    var pacing = new ReadPacing(nodes.owner.rows, nodes.clock);
    Partner holder = nodes.owner.book.find(nodes.holder.id()).orElseThrow();
    long most = 16L * ShardLayout.SEALED_BLOCK;
    int pauses = 0;
    for (int read = 0; pauses < 40; read++) {
      var get = new Request.Get(nodes.shards.get(read % 12).name(), read % 4 * 16, 16);
      try {
        pacing.take(holder, nodes.held(), get.purpose(), most);
      } catch (NotYetException e) {
        nodes.clock.advance(e.after());
        pauses++;
        continue;
      }
      byte[] blocks = nodes.owner.client.getAsync(holder.id(), get).join();
      pacing.giveBack(holder.id(), get.purpose(), most - blocks.length);
    }
  }

  @Test
  void aRepairThatIsUsedUpGoesOnAsACourtesy() throws IOException, KithException {
    var pacing = new ReadPacing(nodes.owner.rows, nodes.clock);
    Partner holder = nodes.owner.book.find(nodes.holder.id()).orElseThrow();
    var repair = new ReadPurpose.Repair(LOST);
    assertEquals(repair, pacing.take(holder, 0, repair, RepairBudget.SLACK));
    assertEquals(ReadPurpose.COURTESY, pacing.take(holder, 0, repair, 1 << 20));
    pacing.refused(holder.id(), ReadPurpose.COURTESY, Duration.ofHours(3));
    assertThrows(NotYetException.class, () -> pacing.take(holder, 0, repair, 1 << 20));
    nodes.clock.advance(Duration.ofHours(3));
    pacing.take(holder, 0, repair, 1 << 20);
  }

  @Test
  void nothingIsReadBackInTheCommitmentPeriod() throws IOException, KithException {
    try (var strangers = new ReadingNodes(AgreementTerms.strangers())) {
      strangers.put(1);
      HeadRecord head =
          HeadRecord.sign(strangers.owner.identity(), 1, strangers.clock.instant(), new byte[] {1});
      strangers.owner.client.putHead(strangers.holder.id(), head);
      strangers.clock.advance(Duration.ofDays(27));
      for (ReadPurpose purpose :
          new ReadPurpose[] {ReadPurpose.COURTESY, new ReadPurpose.Repair(LOST)}) {
        var refusal =
            assertThrows(
                NotYetException.class,
                () -> ReadingNodes.read(strangers.owner, strangers.shards.get(0), purpose));
        assertEquals(Duration.ofDays(1), refusal.after());
        assertTrue(refusal.getMessage().contains("2026-12-19"), refusal.getMessage());
      }
      assertThrows(
          NotYetException.class,
          () -> strangers.owner.client.list(strangers.holder.id(), null, 10));
      assertThrows(NotYetException.class, () -> strangers.declare(strangers.owner));
      assertEquals(Optional.of(1L), newest(strangers), "heads are told");
      Partner holder = strangers.owner.book.find(strangers.holder.id()).orElseThrow();
      var pacing = new ReadPacing(strangers.owner.rows, strangers.clock);
      assertThrows(NotYetException.class, () -> pacing.take(holder, 0, ReadPurpose.COURTESY, 1));
      assertEquals(Duration.ofDays(1), pacing.untilOver(holder));
      strangers.clock.advance(Duration.ofDays(1));
      ReadingNodes.read(strangers.owner, strangers.shards.get(0), ReadPurpose.COURTESY);
      pacing.take(holder, 0, ReadPurpose.COURTESY, 1);
    }
  }

  private static Optional<Long> newest(ReadingNodes nodes) throws KithException {
    return nodes.owner.client.newestHead(nodes.holder.id()).map(HeadRecord::generation);
  }
}
