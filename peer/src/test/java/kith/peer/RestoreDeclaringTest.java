package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Declared restores: whoever may declare them, and what they give. */
final class RestoreDeclaringTest {
  private ReadingNodes nodes;

  @BeforeEach
  void start() throws IOException, KithException {
    nodes = new ReadingNodes(ReadingNodes.strangersWithoutCommitment());
    nodes.put(10);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private Reply.RestoreState state() throws KithException {
    return nodes.owner.client.ask(
        nodes.holder.id(), new Request.RestoreDeclare(Optional.empty()), Reply.RestoreState.class);
  }

  private void refused(TestNode by, SignedRecord record, Class<? extends Exception> why) {
    var request = new Request.RestoreDeclare(Optional.of(record));
    assertThrows(why, () -> by.client.ask(nodes.holder.id(), request, Reply.RestoreState.class));
  }

  @Test
  void aDeclaredRestoreHasNoLimitForAWeek() throws KithException {
    ReadPurpose restore = nodes.declare(nodes.owner);
    for (int i = 0; i < 3; i++) {
      assertEquals(nodes.held(), nodes.readAll(nodes.owner, restore));
      nodes.clock.advance(Duration.ofDays(2));
    }
    nodes.clock.advance(Duration.ofDays(1));
    assertThrows(
        NotPermittedException.class,
        () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), restore));
  }

  @Test
  void aRestoreThatNobodyDeclaredIsRefused() throws KithException {
    var none = new ReadPurpose.Restore(RestoreId.random(new SecureRandom()));
    assertThrows(
        NotPermittedException.class,
        () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), none));
    nodes.declare(nodes.owner);
    assertThrows(
        NotPermittedException.class,
        () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), none));
  }

  @Test
  void viewsThatFollowEachOtherAreOneRestore() throws KithException {
    for (int day = 0; day < 6; day++) {
      try (TestNode view = nodes.view()) {
        assertEquals(nodes.held(), nodes.readAll(view, nodes.declare(view)));
      }
      nodes.clock.advance(Duration.ofDays(1));
    }
    assertEquals(3, state().left());
    assertEquals(6, state().declared().size());
  }

  @Test
  void afterFourInAYearTheNextIsRefusedWithTheTimeToWait() throws KithException {
    for (int i = 0; i < 4; i++) {
      nodes.declare(nodes.owner);
      nodes.clock.advance(Duration.ofDays(40));
    }
    var refusal = assertThrows(NotYetException.class, () -> nodes.declare(nodes.owner));
    assertEquals(Duration.ofDays(365 - 160), refusal.after());
    nodes.clock.advance(refusal.after());
    nodes.declare(nodes.owner);
  }

  @Test
  void aRestartOfTheHolderForgetsNoDeclaration() throws KithException {
    ReadPurpose restore = nodes.declare(nodes.owner);
    nodes.holder = nodes.holder.restarted(nodes.network); // without a word, as in a crash
    nodes.network.kill(nodes.holder.id());
    nodes.network.revive(nodes.holder.id());
    assertEquals(nodes.held(), nodes.readAll(nodes.owner, restore));
    assertEquals(3, state().left());
  }

  @Test
  void declaringTheSameAgainChangesNothingAndAReplayIsRefused() throws KithException {
    SignedRecord record = nodes.declaration(nodes.owner).signedBy(nodes.owner.identity());
    var request = new Request.RestoreDeclare(Optional.of(record));
    for (int i = 0; i < 3; i++) {
      nodes.owner.client.ask(nodes.holder.id(), request, Reply.RestoreState.class);
    }
    assertEquals(1, state().declared().size());
    nodes.clock.advance(Duration.ofDays(8));
    refused(nodes.owner, record, NotPermittedException.class);
    assertEquals(3, state().left());
  }

  @Test
  void whatAnotherDeclaresIsRefused() throws IOException, KithException {
    TestNode other = TestNode.virtual(nodes.network, "other");
    TestNode.befriend(nodes.holder, other, ReadingNodes.SPACE);
    RestoreDeclaration owners = nodes.declaration(nodes.owner);
    refused(other, owners.signedBy(nodes.owner.identity()), NotPermittedException.class);
    refused(other, owners.signedBy(other.identity()), CorruptDataException.class);
    refused(nodes.owner, owners.signedBy(other.identity()), CorruptDataException.class);
    var elsewhere =
        new RestoreDeclaration(nodes.owner.id(), other.id(), owners.id(), owners.time());
    refused(nodes.owner, elsewhere.signedBy(nodes.owner.identity()), NotPermittedException.class);
    var old =
        new RestoreDeclaration(
            nodes.owner.id(),
            nodes.holder.id(),
            owners.id(),
            owners.time().minus(Duration.ofDays(2)));
    refused(nodes.owner, old.signedBy(nodes.owner.identity()), NotPermittedException.class);
    try (TestNode view = nodes.view()) {
      refused(nodes.owner, owners.signedBy(view.identity()), NotPermittedException.class);
    }
    ReadPurpose restore = nodes.declare(nodes.owner);
    assertThrows(KithException.class, () -> ReadingNodes.read(other, nodes.shards.get(0), restore));
    other.close();
  }

  @Test
  void everyFlippedByteOfADeclarationIsRefusedAndTheWholeOneIsAccepted() throws KithException {
    SignedRecord record = nodes.declaration(nodes.owner).signedBy(nodes.owner.identity());
    byte[] whole = record.toBytes();
    RandomGenerator random = Shards.random(22);
    int sent = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      try {
        var request =
            new Request.RestoreDeclare(
                Optional.of(SignedRecord.parse(damaged, RecordKind.RESTORE_DECLARATION)));
        Reply reply = nodes.owner.client.ask(nodes.holder.id(), request);
        assertInstanceOf(Reply.Failure.class, reply, "byte " + at);
        sent++;
      } catch (CorruptDataException e) {
        assertTrue(e.getMessage().length() > 0);
      }
    }
    assertTrue(sent > whole.length / 2, sent + " were sent");
    assertEquals(0, state().declared().size());
    nodes.owner.client.ask(
        nodes.holder.id(),
        new Request.RestoreDeclare(Optional.of(record)),
        Reply.RestoreState.class);
    assertEquals(1, state().declared().size());
  }

  @Test
  void aViewDeclaresOnItsOwnOnceAndAgainBeforeItEnds() throws KithException {
    try (TestNode view = nodes.view()) {
      var declaring = new RestoreDeclaring(view.self, view.client, new SecureRandom());
      ReadPurpose first = declaring.at(nodes.holder.id()).join();
      assertEquals(ReadClass.RESTORE, first.kind());
      assertEquals(first, declaring.at(nodes.holder.id()).join());
      assertEquals(1, nodes.network.count(MessageKind.RESTORE_DECLARE));
      nodes.clock.advance(Duration.ofDays(6).plusHours(1));
      ReadPurpose next = declaring.at(nodes.holder.id()).join();
      assertNotEquals(first, next);
      nodes.clock.advance(Duration.ofHours(20));
      ReadingNodes.read(view, nodes.shards.get(0), next);
    }
  }

  @Test
  void whereNoRestoreIsAcceptedAViewReadsAsACourtesy() throws IOException, KithException {
    var none = new AgreementTerms(Duration.ofDays(21), Duration.ofDays(28), true, 20, 0, 48);
    try (var others = new ReadingNodes(none)) {
      others.put(1);
      try (TestNode view = others.view()) {
        var declaring = new RestoreDeclaring(view.self, view.client, new SecureRandom());
        assertEquals(ReadPurpose.COURTESY, declaring.at(others.holder.id()).join());
        assertEquals(ReadPurpose.COURTESY, declaring.at(others.holder.id()).join());
        assertEquals(1, others.network.count(MessageKind.RESTORE_DECLARE));
      }
    }
  }

  @Test
  void theLivingNodeHearsOfWhatOthersHaveDeclaredAndNotOfItsOwn() throws KithException {
    nodes.declare(nodes.owner);
    var watch = new RestoreWatch(nodes.owner.self, nodes.owner.book, nodes.owner.client);
    watch.tick();
    assertEquals(List.of(), watch.declared());
    try (TestNode view = nodes.view()) {
      nodes.declare(view);
    }
    watch.tick();
    assertEquals(List.of(), watch.declared(), "asked once an hour");
    nodes.clock.advance(Duration.ofHours(1));
    watch.tick();
    assertEquals(1, watch.declared().size());
    RestoreWatch.Declared one = watch.declared().get(0);
    assertEquals("a view", one.who());
    assertEquals(nodes.holder.id(), one.holder());
    nodes.clock.advance(Duration.ofDays(31));
    assertEquals(List.of(), watch.declared(), "no news any more");
  }
}
