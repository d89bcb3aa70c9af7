package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The book after rows or files were lost, damaged or fell behind. */
final class BookRecoveryTest {
  private static final OwnerId SELF = Messages.BOB.owner();
  private static final OwnerId ALICE = Messages.ALICE.owner();
  private static final byte[] KEY = ALICE.toBytes();
  private static final NodeAddress OLD = new NodeAddress("old", 1);
  private static final NodeAddress NEW = new NodeAddress("new", 2);

  private @TempDir Path folder;
  private MemoryStorage storage = new MemoryStorage();
  private Rows rows;
  private PartnerBook book;

  /** Both sides know the same: generation 2, epoch 5. */
  @BeforeEach
  void agree() throws IOException, CorruptDataException {
    start();
    book.agree(agreement(2), List.of(OLD), new Update());
    book.saw(ALICE, 5);
  }

  private void start() throws IOException, CorruptDataException {
    rows = storage.rows(() -> {});
    book = new PartnerBook(rows, SELF, folder);
  }

  private static SignedRecord agreement(long generation) {
    return new Agreement(
            new AgreementId(new byte[16]),
            generation,
            AgreementSide.always(ALICE, "Alice", 1000 * generation),
            AgreementSide.always(SELF, "Bob", 2000 * generation),
            AgreementTerms.friends(),
            Instant.ofEpochSecond(1_700_000_000))
        .signedBy(Messages.ALICE)
        .signedBy(Messages.BOB);
  }

  private Path file() {
    return folder.resolve(HexFormat.of().formatHex(KEY) + ".agreement");
  }

  private Partner alice() {
    return book.find(ALICE).orElseThrow();
  }

  /** Whether memory, row and file have this after a start, and so after the next. */
  private void assertEverywhere(long generation, long epoch, NodeAddress address)
      throws IOException, CorruptDataException {
    start();
    assertKnown(alice(), generation, epoch, address);
    assertKnown(new PartnerBook(rows, SELF).all().get(0), generation, epoch, address);
    var files = new AgreementFiles(folder).all();
    assertKnown(Partner.ofRow(ALICE, files.get(ALICE)), generation, epoch, address);
    byte[] before = Files.readAllBytes(file());
    var modified = Files.getLastModifiedTime(file());
    start();
    assertKnown(alice(), generation, epoch, address);
    assertArrayEquals(before, Files.readAllBytes(file()));
    assertEquals(modified, Files.getLastModifiedTime(file()));
  }

  private static void assertKnown(
      Partner partner, long generation, long epoch, NodeAddress address) {
    assertEquals(generation, partner.agreement().generation());
    assertEquals(epoch, partner.epoch());
    assertEquals(List.of(address), partner.addresses());
    assertEquals(2000 * generation, partner.spaceHere());
  }

  @Test
  void aDamagedFileIsWrittenAgainFromTheRow() throws IOException, CorruptDataException {
    byte[] whole = Files.readAllBytes(file());
    for (int position : new int[] {0, 10, 60, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[position] ^= 1;
      Files.write(file(), damaged);
      assertEverywhere(2, 5, OLD);
      assertArrayEquals(whole, Files.readAllBytes(file()), "byte " + position);
    }
    Files.write(file(), new byte[0]);
    assertEverywhere(2, 5, OLD);
  }

  @Test
  void aLostFileIsWrittenAgainFromTheRow() throws IOException, CorruptDataException {
    Files.delete(file());
    assertEverywhere(2, 5, OLD);
    storage = new MemoryStorage();
    assertEverywhere(2, 5, OLD);
  }

  @Test
  void aFileBehindItsRowIsBroughtUp() throws IOException, CorruptDataException {
    byte[] before = Files.readAllBytes(file());
    book.saw(ALICE, 6);
    book.moved(ALICE, List.of(NEW));
    rows.sync();
    Files.write(file(), before);
    assertEverywhere(2, 6, NEW);
  }

  @Test
  void aFileThatLacksTheLastMoveIsBroughtUp() throws IOException, CorruptDataException {
    byte[] before = Files.readAllBytes(file());
    book.moved(ALICE, List.of(NEW));
    rows.sync();
    Files.write(file(), before);
    assertEverywhere(2, 5, NEW);
  }

  @Test
  void aLostRowComesBackFromTheFile() throws IOException, CorruptDataException {
    storage = new MemoryStorage();
    assertEverywhere(2, 5, OLD);
  }

  @Test
  void aDamagedRowComesBackFromTheFile() throws IOException, CorruptDataException {
    rows.apply(new Update().put(Table.PARTNERS, KEY, new byte[] {77}));
    rows.sync();
    assertEverywhere(2, 5, OLD);
    rows.apply(new Update().put(Table.PARTNERS, KEY, new byte[] {77}));
    rows.sync();
    Files.delete(file());
    assertThrows(CorruptDataException.class, this::start);
  }

  @Test
  void aRowBehindItsFileIsBroughtUp() throws IOException, CorruptDataException {
    MemoryStorage before = storage.copy();
    book.saw(ALICE, 9);
    storage = before.copy();
    assertEverywhere(2, 9, OLD);
    book.agree(agreement(3), List.of(NEW), new Update());
    storage = before;
    assertEverywhere(3, 9, NEW);
  }

  @Test
  void theHigherOfBothHoldsWhicheverSideHasIt() throws IOException, CorruptDataException {
    book.saw(ALICE, 8);
    var newer =
        new Partner(
            ALICE,
            Agreement.of(agreement(4)),
            agreement(4),
            List.of(NEW),
            6,
            Optional.empty(),
            Optional.empty());
    rows.apply(new Update().put(Table.PARTNERS, KEY, newer.toRow()));
    rows.sync();
    assertEverywhere(4, 8, NEW);
  }

  @Test
  void checkpointsOfTheRowStayAndDoNotWriteTheFile() throws IOException, CorruptDataException {
    SignedRecord checkpoint = Messages.checkpoint().signedBy(Messages.ALICE);
    byte[] before = Files.readAllBytes(file());
    book.checkpointHere(ALICE, checkpoint);
    start();
    assertTrue(alice().checkpointHere().isPresent());
    assertArrayEquals(before, Files.readAllBytes(file()));
  }

  @Test
  void aPartnerThatWasRemovedStaysAway() throws IOException, CorruptDataException {
    book.remove(ALICE);
    start();
    assertTrue(book.all().isEmpty());
  }

  @Test
  void whatWasSaidOfLeavingComesBackFromTheFileAndFromTheRow() throws Exception {
    MemoryStorage before = storage.copy();
    SignedRecord notice = Messages.notice().signedBy(Messages.ALICE);
    book.leaving(ALICE, partner -> Leave.of(notice, false));
    storage = before; // the index lost it
    start();
    assertTrue(alice().isLeaving());
    Files.delete(file());
    start();
    assertTrue(alice().isLeaving());
    start();
    SignedRecord both = notice.signedBy(Messages.BOB);
    book.leaving(ALICE, partner -> partner.leave().orElseThrow().noticed(both));
    start();
    assertTrue(alice().leave().orElseThrow().isTold(), "the one that is further holds");
  }
}
