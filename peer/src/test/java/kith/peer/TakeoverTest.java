package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.PartnerUnavailableException;
import kith.peer.TakeoverState.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines that want to speak for one owner, as one holder of his judges them. */
final class TakeoverTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(1, clock);
  private TestNode owner;
  private TestNode holder;
  private long observed;

  @BeforeEach
  void befriend() throws Exception {
    holder = TestNode.virtual(network, "holder");
    owner = TestNode.virtual(network, "owner");
    TestNode.befriend(holder, owner, 10 << 20);
    assertEquals(Standing.CURRENT, hears(owner.identity()));
  }

  @AfterEach
  void close() {
    owner.close();
    holder.close();
  }

  private NodeIdentity machine(long epoch) {
    return NodeIdentity.create(
        TestNode.keyOf("owner"), Role.NODE, epoch, clock, new SecureRandom());
  }

  private Partner partner() {
    return holder.book.find(owner.id()).orElseThrow();
  }

  private Standing hears(NodeIdentity node) throws Exception {
    return holder.book.takeovers().heard(node.credential(), partner(), observed);
  }

  private void pass(Duration time) {
    observed += time.toMillis();
  }

  private void agrees(NodeIdentity by, NodeIdentity to) throws Exception {
    SignedRecord word = TakeoverWord.about(to.credential(), true, clock.instant()).signedBy(by);
    holder.book.takeovers().said(word, Optional.empty(), observed);
  }

  private void refuses(NodeIdentity by, NodeIdentity whom) throws Exception {
    SignedRecord word = TakeoverWord.about(whom.credential(), false, clock.instant()).signedBy(by);
    OwnerRecord signed = TakeoverWord.override(TestNode.keyOf("owner"), word);
    holder.book.takeovers().said(word, Optional.of(signed), observed);
  }

  private TakeoverState state(NodeIdentity asker) throws Exception {
    return holder.book.takeovers().state(partner().record(), asker.credential(), observed);
  }

  @Test
  void whoMakesUpMachinesKeepsNobodyFromBeingAnnounced() throws Exception {
    for (int i = 0; i < TakeoverState.MOST_ANNOUNCED; i++) {
      assertEquals(Standing.ANNOUNCED, hears(machine(2 + i)));
    }
    NodeIdentity ours = machine(9);
    assertEquals(Standing.ANNOUNCED, hears(ours), "it reads and puts like the others");
    assertEquals(List.of(2L, 3L, 4L, 5L), epochs(ours), "the last one is sheltered");
    assertEquals(TakeoverLine.NOTICE, state(ours).left());
    pass(TakeoverLine.SHELTERED);
    assertEquals(Standing.ANNOUNCED, hears(ours));
    assertEquals(List.of(2L, 3L, 4L, 9L), epochs(ours));
    pass(Duration.ofHours(1));
    assertEquals(TakeoverLine.NOTICE.minusHours(1), state(ours).left());
  }

  private List<Long> epochs(NodeIdentity asker) throws Exception {
    return state(asker).announced().stream().map(each -> each.successor().epoch()).toList();
  }

  @Test
  void whoWasAnnouncedFirstIsNotMadeToBeginAnewByOthers() throws Exception {
    NodeIdentity ours = machine(2);
    hears(ours);
    for (int i = 0; i < 50; i++) {
      pass(HOUR);
      hears(machine(3 + i));
    }
    assertEquals(Duration.ofHours(22), state(ours).left());
    pass(Duration.ofHours(22));
    assertEquals(Standing.CURRENT, hears(ours));
  }

  @Test
  void theCurrentMachineLetsInWhomNobodyHasHeardYetAndWhomThereWasNoPlaceFor() throws Exception {
    for (int i = 0; i < TakeoverState.MOST_ANNOUNCED; i++) {
      hears(machine(2 + i));
    }
    NodeIdentity ours = machine(2);
    agrees(owner.identity(), ours);
    assertEquals(Standing.CURRENT, hears(owner.identity()), "until the new one comes");
    assertEquals(Standing.CURRENT, hears(ours));
    assertEquals(Standing.SUPERSEDED, hears(owner.identity()));
  }

  @Test
  void aWordThatSomebodyElseSignedLetsNobodyIn() throws Exception {
    NodeIdentity thief = machine(2);
    hears(thief);
    NodeIdentity other = machine(3);
    assertThrows(NotPermittedException.class, () -> agrees(thief, other));
    assertEquals(Standing.ANNOUNCED, hears(other));
  }

  @Test
  void whoHasOnlyTheOldMachineRefusesNobody() throws Exception {
    NodeIdentity ours = machine(2);
    hears(ours);
    SignedRecord word =
        TakeoverWord.about(ours.credential(), false, clock.instant()).signedBy(owner.identity());
    SignedRecord other =
        TakeoverWord.about(machine(2).credential(), false, clock.instant())
            .signedBy(owner.identity());
    OwnerRecord signed = TakeoverWord.override(TestNode.keyOf("owner"), other);
    Takeovers takeovers = holder.book.takeovers();
    assertThrows(
        NotPermittedException.class, () -> takeovers.said(word, Optional.empty(), observed));
    assertThrows(
        NotPermittedException.class, () -> takeovers.said(word, Optional.of(signed), observed));
    assertEquals(Standing.ANNOUNCED, hears(ours));
  }

  @Test
  void aWordOfAgreementOutlivesRestarts() throws Exception {
    NodeIdentity ours = machine(2);
    agrees(owner.identity(), ours);
    var again = new Takeovers(holder.rows);
    assertEquals(Standing.CURRENT, again.heard(ours.credential(), partner(), observed));
  }

  @Test
  void whoWasRefusedBeforeItCameIsNeverAnnounced() throws Exception {
    NodeIdentity thief = machine(2);
    refuses(owner.identity(), thief);
    assertEquals(Standing.SUPERSEDED, hears(thief));
    assertTrue(holder.book.takeovers().refuses(owner.id(), thief.credential()));
    assertEquals(Standing.ANNOUNCED, hears(machine(2)), "another machine of that epoch");
  }

  @Test
  void whoeverComesAfterTheNewMachineCanBeRefusedByItFor72Hours() throws Exception {
    NodeIdentity ours = machine(2);
    hears(ours);
    pass(Duration.ofMinutes(1));
    NodeIdentity thief = machine(3);
    hears(thief);
    pass(TakeoverLine.NOTICE);
    assertEquals(Standing.CURRENT, hears(ours), "the old one is silent");
    assertEquals(TakeoverLine.NOTICE, state(thief).left());
    pass(Duration.ofHours(71));
    assertEquals(Standing.ANNOUNCED, hears(thief));
    refuses(ours, thief);
    pass(Duration.ofHours(2));
    assertEquals(Standing.SUPERSEDED, hears(thief));
    assertEquals(Standing.CURRENT, hears(ours));
  }

  @Test
  void nobodyUsesUpTheEpochs() throws Exception {
    assertThrows(NotPermittedException.class, () -> hears(machine(0xffffffffL)));
    assertEquals(Standing.ANNOUNCED, hears(machine(1 + TakeoverState.MOST_AHEAD)));
  }

  /** Another machine of the owner on the network. */
  private TestNode other(long epoch) {
    return TestNode.machine(network, "owner", "elsewhere" + epoch, epoch);
  }

  @Test
  void aMachineThatIsOnlyAnnouncedAdmitsNoLoss() throws Exception {
    try (TestNode thief = other(2)) {
      thief.knows(holder);
      assertThrows(NotYetException.class, () -> thief.client.admitLoss(holder.id()));
      assertEquals(List.of(), holder.book.losses().open());
      SignedRecord word = owner.client.takeoverWord(thief.identity().credential(), true);
      owner.client.takeover(holder.id(), word, Optional.empty());
      thief.client.admitLoss(holder.id());
      assertEquals(1, holder.book.losses().open().size());
    }
  }

  @Test
  void whatIsAskedOfAPartnerGoesToHisNodeAndNotToOneThatWantsToBe() throws Exception {
    List<NodeAddress> before = partner().addresses();
    try (TestNode thief = other(2)) {
      thief.knows(holder);
      assertEquals(Standing.ANNOUNCED, thief.client.takeover(holder.id()).standing());
      assertEquals(before, partner().addresses());
      assertEquals(1, holder.client.reach(owner.id()).join().epoch());

      SignedRecord word = owner.client.takeoverWord(thief.identity().credential(), true);
      owner.client.takeover(holder.id(), word, Optional.empty());
      assertEquals(Standing.CURRENT, thief.client.takeover(holder.id()).standing());
      assertEquals(2, holder.client.reach(owner.id()).join().epoch());
      holder.links.drop(owner.id());
      assertTrue(
          assertThrows(
                  PartnerUnavailableException.class,
                  () -> Calls.join(holder.links.get(owner.id(), holder.network)))
              .getMessage()
              .contains("not the node of its owner"),
          "the old one answers at its address");
    }
  }

  @Test
  void aViewIsNoMachineThatTakesOver() throws Exception {
    NodeIdentity view =
        NodeIdentity.create(TestNode.keyOf("owner"), Role.VIEW, 7, clock, new SecureRandom());
    var self = new LocalNode(view, "view", List.of(), clock);
    Network there =
        network.node(
            self,
            (request, from) ->
                new Reply.Failure(FailureKind.NOT_PERMITTED, "nothing here", Duration.ZERO));
    Links links =
        new Links(self, id -> Optional.of(new Contact(holder.id(), holder.self.addresses())));
    var client =
        new PeerClient(self, there, links, PeerTimeouts.DEFAULT, Optional.empty(), Runnable::run);
    var refused = assertThrows(NotPermittedException.class, () -> client.admitLoss(holder.id()));
    assertTrue(refused.getMessage().contains("view"), refused.getMessage());
    assertFalse(
        state(owner.identity()).announced().stream()
            .anyMatch(each -> each.successor().epoch() == 7));
  }

  @Test
  void aRowFromBeforeIsRead() throws CorruptDataException {
    byte[] row =
        Rowing.row(
            1,
            new FieldWriter()
                .bytes("current", owner.identity().credential().toBytes())
                .byteStrings("announced", List.of())
                .byteStrings("refused", List.of(machine(4).credential().nodeKey())));
    TakeoverLine line = TakeoverLine.ofRow(row);
    assertEquals(1, line.refused().size());
    assertTrue(line.agreed().isEmpty());
  }
}
