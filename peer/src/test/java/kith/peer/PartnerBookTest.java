package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.index.MemoryStorage;
import kith.index.Rows;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The book's rows and files, across crashes and losses. */
final class PartnerBookTest {
  private final VirtualClock clock = new VirtualClock();
  private final LocalNode alice = node("alice");
  private final LocalNode bob = node("bob");
  private final LocalNode carol = node("carol");
  private final MemoryStorage storage = new MemoryStorage();
  private @TempDir Path folder;
  private PartnerBook book;
  private Invitations invitations;

  private LocalNode node(String name) {
    var identity =
        NodeIdentity.create(TestNode.keyOf(name), Role.NODE, 1, clock, new SecureRandom());
    return new LocalNode(identity, "kith test", List.of(new NodeAddress(name, 1)), clock);
  }

  @BeforeEach
  void start() throws IOException, KithException {
    startWith(storage);
  }

  /** Unsynced rows are forgotten. */
  private void startWith(MemoryStorage under) throws IOException, KithException {
    Rows rows = under.rows(() -> {});
    book = new PartnerBook(rows, alice.identity().owner(), folder);
    invitations = new Invitations(alice, rows, book, new SecureRandom());
  }

  private InvitationCode invite() throws IOException, KithException {
    return InvitationCode.parse(
        invitations.create(InvitationTerms.friends("Alice", 1 << 30), Invitations.LIFE));
  }

  private Reply offer(LocalNode asker, InvitationCode code) throws IOException, KithException {
    var agreement =
        new Agreement(
            code.agreement(asker.identity().owner()),
            1,
            AgreementSide.always(asker.identity().owner(), "asker", 1 << 30),
            AgreementSide.always(alice.identity().owner(), "Alice", 1 << 30),
            AgreementTerms.friends(),
            clock.instant());
    var offer =
        new Request.AgreementOffer(
            code.id(),
            code.proof(asker.identity().owner()),
            agreement.signedBy(asker.identity()),
            List.of("asker.example:5484"));
    return invitations.offer(offer, asker.identity().owner());
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aCodeServesOnceAlsoAcrossACrash() throws IOException, KithException {
    InvitationCode code = invite();
    storage.failWith(new IOException("the power is gone"));
    assertThrows(IOException.class, () -> offer(bob, code));
    storage.failWith(null);
    start();
    assertTrue(book.all().isEmpty());
    offer(carol, code);
    assertThrows(NotPermittedException.class, () -> offer(bob, code));
    start();
    assertEquals(1, book.all().size());
  }

  @Test
  void noFileIsThereBeforeItsRowIsDurable() throws IOException, KithException {
    InvitationCode code = invite();
    var seen = new ArrayList<Path>();
    storage.duringWrite(() -> seen.addAll(files()));
    offer(bob, code);
    assertEquals(List.of(), seen);
    assertEquals(1, files().size());
  }

  @Test
  void aFileThatIsLackingIsWrittenAtStart() throws IOException, KithException {
    offer(bob, invite());
    Path file = files().get(0);
    byte[] before = Files.readAllBytes(file);
    Files.delete(file);
    start();
    assertEquals(List.of(file), files());
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void rowsThatAreLostComeFromTheFiles() throws IOException, KithException {
    offer(bob, invite());
    book.saw(bob.identity().owner(), 3);
    Partner before = book.all().get(0);
    clock.advance(Duration.ofDays(1));
    startWith(new MemoryStorage());
    assertArrayEquals(before.toRow(), book.all().get(0).toRow());
    assertEquals(3, book.all().get(0).epoch());
  }
}
