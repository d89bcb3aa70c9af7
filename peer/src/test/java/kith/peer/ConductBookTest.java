package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConductBookTest {
  private static final OwnerId BOB = Messages.BOB.owner();
  private static final OwnerId CLEO = new OwnerId(Messages.filled(OwnerId.SIZE, 7));

  @TempDir java.nio.file.Path folder;

  private final VirtualClock clock = new VirtualClock();
  private final Rows rows = new MemoryStorage().rows(() -> {});
  private ConductBook book;

  @BeforeEach
  void open() throws Exception {
    book =
        new ConductBook(
            rows,
            new PartnerBook(rows, Messages.ALICE.owner(), folder),
            ConductRules.DEFAULT,
            clock);
  }

  private void hours(int count, OwnerId... there) throws Exception {
    for (int hour = 0; hour < count; hour++) {
      clock.advance(Duration.ofHours(1));
      book.passed(List.of(BOB, CLEO), Set.of(there), id -> true);
    }
  }

  @Test
  void whoIsSilentWhileOthersAnswerIsSuspected() throws Exception {
    hours(1, BOB, CLEO);
    hours(23, CLEO);
    assertTrue(book.standing(BOB).isGood());
    hours(1, CLEO);
    assertEquals(Trouble.SILENT, book.standing(BOB).trouble());
    assertEquals(
        "is silent for 24 h; it counts as gone in 20 days", ConductBook.text(book.standing(BOB)));
  }

  @Test
  void whereNobodyAnswersItIsThisNodeThatIsOffLine() throws Exception {
    hours(1, BOB, CLEO);
    hours(24 * 365);
    assertTrue(book.standing(BOB).isGood());
    assertTrue(book.standing(CLEO).isGood());
  }

  @Test
  void aClockThatJumpsCondemnsNobody() throws Exception {
    hours(1, BOB, CLEO);
    for (Duration jump : List.of(Duration.ofDays(365), Duration.ofDays(-730))) {
      clock.advance(jump);
      book.passed(List.of(BOB, CLEO), Set.of(CLEO), id -> true);
      assertTrue(book.standing(BOB).isGood(), jump.toString());
    }
  }

  @Test
  void aRestartKeepsWhatIsKnownAndTheTimeOffIsNotCounted() throws Exception {
    hours(1, BOB, CLEO);
    hours(24 * 10, CLEO);
    Standing before = book.standing(BOB);
    clock.advance(Duration.ofDays(100));
    open();
    book.passed(List.of(BOB, CLEO), Set.of(CLEO), id -> true);
    assertEquals(before, book.standing(BOB));
  }

  @Test
  void outcomesAreCountedApartAndCountedAnew() throws Exception {
    for (AuditOutcome outcome : AuditOutcome.values()) {
      for (int i = 0; i <= outcome.compareTo(AuditOutcome.PROVED); i++) {
        book.audited(BOB, outcome);
      }
    }
    assertEquals(
        new ConductRow.Outcomes(1, 2, 3, 4, 5, 6), book.counted(BOB).orElseThrow().outcomes());
    assertFalse(book.standing(BOB).isGood());
    book.countAnew(BOB);
    open();
    assertEquals(ConductRow.Outcomes.NONE, book.counted(BOB).orElseThrow().outcomes());
    assertFalse(book.standing(BOB).isGood(), "conduct is not forgotten with them");
  }

  @Test
  void whoReturnsAfterTheGraceIsForgivenOnceAYear() throws Exception {
    hours(1, BOB, CLEO);
    hours(24 * 21 + 1, CLEO);
    assertTrue(book.standing(BOB).isReneged());
    open();
    hours(1, BOB, CLEO);
    assertEquals(Trouble.RETURNED, book.standing(BOB).trouble());
    for (int i = 0; i < 8; i++) {
      book.audited(BOB, AuditOutcome.PROVED);
    }
    assertTrue(book.standing(BOB).isGood(), "it has shown what it still has");
    hours(24 * 21 + 1, CLEO);
    open();
    hours(24, BOB, CLEO);
    assertTrue(book.standing(BOB).isReneged(), "a second time it is over");
    book.forget(BOB);
    open();
    assertTrue(book.standing(BOB).isGood(), "but by a new agreement");
  }

  @Test
  void aDayInWhichANodeLooksIsADayOfGrace() throws Exception {
    hours(1, BOB, CLEO);
    for (int day = 0; day < 21; day++) {
      clock.advance(Duration.ofDays(1));
      book.passed(List.of(BOB, CLEO), Set.of(CLEO), id -> false);
      assertFalse(book.standing(BOB).isReneged());
    }
    clock.advance(Duration.ofDays(1));
    book.passed(List.of(BOB, CLEO), Set.of(CLEO), id -> false);
    assertTrue(book.standing(BOB).isReneged());
  }

  @Test
  void aRefusedReadIsTroubleUntilSomethingIsGiven() throws Exception {
    hours(1, BOB, CLEO);
    book.read(BOB, true);
    assertTrue(book.standing(BOB).isGood());
    book.read(BOB, false);
    assertEquals(Trouble.REFUSES, book.standing(BOB).trouble());
    open();
    assertEquals(Trouble.REFUSES, book.standing(BOB).trouble(), "a restart forgets nothing");
    book.read(BOB, true);
    assertTrue(book.standing(BOB).isGood());
  }

  @Test
  void whatIsKnownToBeWrongIsNotForgivenByAnswering() throws Exception {
    for (int i = 0; i < 3; i++) {
      book.audited(BOB, AuditOutcome.WRONG);
    }
    assertTrue(book.standing(BOB).isReneged());
    open();
    hours(24, BOB, CLEO);
    assertTrue(book.standing(BOB).isReneged());
  }

  @Test
  void aDamagedRowIsBegunAnew() throws Exception {
    hours(1, BOB, CLEO);
    hours(24 * 5, CLEO);
    byte[] key = new byte[7 + OwnerId.SIZE];
    System.arraycopy("conduct".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, key, 0, 7);
    BOB.copyTo(key, 7);
    byte[] row = rows.get(Table.META, key);
    assertEquals(
        book.counted(BOB).orElseThrow().conduct(), ConductRow.ofRow(row).conduct(), "is stored");
    row[0] ^= 1;
    rows.apply(new Update().put(Table.META, key, row));
    open();
    assertTrue(book.standing(BOB).isGood());
  }
}
