package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.codec.SpaceExhaustedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An owner and a holder on a virtual network. */
final class HoldingTest {
  private static final long SPACE = 10 << 20;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(1, clock);
  private final RandomGenerator random = Shards.random(7);
  private @TempDir Path ledgers;
  private LedgerMirrors mirrors;
  private TestNode owner;
  private TestNode holder;

  @BeforeEach
  void befriend() {
    holder = TestNode.virtual(network, "holder");
    mirrors = new LedgerMirrors(ledgers, TestNode.keyOf("owner").id());
    owner = TestNode.virtual(network, "owner", Optional.of(mirrors));
    TestNode.befriend(holder, owner, SPACE);
  }

  @AfterEach
  void close() throws IOException {
    mirrors.close();
    owner.close();
    holder.close();
  }

  private SealedShard shard(int length) {
    return Shards.make(random, holder.id(), length);
  }

  @Test
  void keepsAShardAndAcknowledgesItWithSignatureRootAndTime() throws KithException {
    SealedShard shard = shard(3_000_000);
    PutReceipt receipt = owner.client.put(shard);
    PutAck ack = receipt.ack();
    assertEquals(shard.merkleRoot(), ack.merkleRoot());
    assertEquals(shard.sealed().length, ack.sealedLength());
    assertEquals(clock.instant(), ack.time());
    assertEquals(0, ack.sequence());
    assertEquals(holder.id(), receipt.record().signers().get(0).owner());
    int blocks = (3_000_000 + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, blocks));
    assertArrayEquals(
        Arrays.copyOfRange(
            shard.sealed(), 3 * ShardLayout.SEALED_BLOCK, 5 * ShardLayout.SEALED_BLOCK),
        owner.client.get(holder.id(), shard.name(), 3, 2));
  }

  @Test
  void acknowledgesTheSameShardAgainWithoutTakingItAgain() throws KithException {
    SealedShard shard = shard(200_000);
    PutAck first = owner.client.put(shard).ack();
    clock.advance(Duration.ofHours(1));
    assertEquals(first, owner.client.put(shard).ack());
    assertEquals(1, owner.client.list(holder.id(), null, 10).shards().size());
  }

  @Test
  void refusesAnotherShardOfTheSameName() throws KithException {
    SealedShard shard = shard(200_000);
    owner.client.put(shard);
    SealedShard other = shard(200_000);
    var impostor =
        new SealedShard(
            shard.name(), holder.id(), other.descriptor(), other.sealed(), other.merkleRoot());
    assertThrows(NotPermittedException.class, () -> owner.client.put(impostor));
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 4));
  }

  @Test
  void listsWithDescriptorsInPages() throws KithException {
    var names = new ArrayList<ShardName>();
    for (int i = 0; i < 7; i++) {
      SealedShard shard = shard(1000 + i);
      owner.client.put(shard);
      names.add(shard.name());
    }
    names.sort(null);
    Reply.Shards first = owner.client.list(holder.id(), null, 4);
    Reply.Shards second = owner.client.list(holder.id(), first.shards().get(3).shard(), 4);
    assertTrue(first.more());
    assertFalse(second.more());
    var listed = new ArrayList<>(first.shards());
    listed.addAll(second.shards());
    assertEquals(names, listed.stream().map(Reply.Listed::shard).toList());
    assertEquals(40, listed.get(0).descriptor().length);
  }

  @Test
  void refusesMoreThanTheAgreedSpaceWithTheNumbers() throws KithException {
    owner.client.put(shard((int) SPACE - 1000));
    var full = assertThrows(SpaceExhaustedException.class, () -> owner.client.put(shard(1001)));
    assertTrue(full.getMessage().contains("10485760 bytes are agreed"), full.getMessage());
    assertTrue(full.getMessage().contains("1001 more are wanted"), full.getMessage());
    owner.client.put(shard(1000));
    assertEquals(0, holder.holder.reserved(owner.id()));
  }

  @Test
  void givesReservedSpaceBackWhenALinkBreaks() throws KithException {
    Link link = Calls.join(owner.network.connect(contact()));
    SealedShard shard = shard(5000);
    var open = new Request.PutOpen(shard.name(), shard.descriptor(), 5000, shard.merkleRoot());
    Calls.ask(link, open, Duration.ofSeconds(1), Reply.PutOpened.class);
    assertEquals(5000, holder.holder.reserved(owner.id()));
    link.close();
    assertEquals(0, holder.holder.reserved(owner.id()));
  }

  private Contact contact() {
    return new Contact(holder.id(), holder.self.addresses());
  }

  @Test
  void refusesAShardWhoseBytesDoNotMakeItsRoot() throws KithException {
    SealedShard shard = shard(100_000);
    byte[] damaged = shard.sealed().clone();
    damaged[70_000] ^= 4;
    var wrong =
        new SealedShard(shard.name(), holder.id(), shard.descriptor(), damaged, shard.merkleRoot());
    assertThrows(CorruptDataException.class, () -> owner.client.put(wrong));
    assertTrue(owner.client.list(holder.id(), null, 10).shards().isEmpty());
    owner.client.put(shard);
  }

  @Test
  void givesOneOwnerNothingOfAnother() throws KithException {
    try (TestNode other = TestNode.virtual(network, "other")) {
      TestNode.befriend(holder, other, SPACE);
      SealedShard shard = shard(1000);
      owner.client.put(shard);
      assertThrows(
          CorruptDataException.class, () -> other.client.get(holder.id(), shard.name(), 0, 1));
      assertTrue(other.client.list(holder.id(), null, 10).shards().isEmpty());
    }
  }

  @Test
  void refusesWhoeverHasNoAgreement() throws KithException {
    try (TestNode stranger = TestNode.virtual(network, "stranger");
        Link link = Calls.join(stranger.network.connect(contact()))) {
      var get = new Request.ListShards(null, 1);
      var refused =
          assertThrows(
              NotPermittedException.class,
              () -> Calls.ask(link, get, Duration.ofSeconds(1), Reply.Shards.class));
      assertTrue(refused.getMessage().contains("no agreement"), refused.getMessage());
    }
  }

  @Test
  void keepsHeadsAndReturnsTheNewestFirst() throws KithException {
    for (int generation = 1; generation <= 4; generation++) {
      clock.advance(Duration.ofMinutes(1));
      HeadRecord head =
          HeadRecord.sign(
              owner.identity(), generation, clock.instant(), new byte[] {(byte) generation});
      HeadReceipt receipt = owner.client.putHead(holder.id(), head);
      assertEquals(head.digest(), receipt.ack().head());
      assertEquals(clock.instant(), receipt.ack().time());
    }
    assertEquals(4, owner.client.newestHead(holder.id()).orElseThrow().generation());
    assertEquals(
        List.of(4L, 3L, 2L),
        owner.client.heads(holder.id()).stream().map(HeadRecord::generation).toList());
  }

  @Test
  void takesTheSameHeadTwice() throws KithException {
    HeadRecord head = HeadRecord.sign(owner.identity(), 1, clock.instant(), new byte[] {1});
    owner.client.putHead(holder.id(), head);
    owner.client.putHead(holder.id(), head);
    assertEquals(1, owner.client.heads(holder.id()).size());
  }

  @Test
  void refusesAHeadThatAnotherSigned() throws KithException {
    HeadRecord foreign = HeadRecord.sign(holder.identity(), 9, clock.instant(), new byte[] {1});
    assertThrows(NotPermittedException.class, () -> owner.client.putHead(holder.id(), foreign));
    assertTrue(owner.client.newestHead(holder.id()).isEmpty());
  }

  @Test
  void aViewReadsAndChangesNothing() throws KithException {
    SealedShard shard = shard(1000);
    owner.client.put(shard);
    HeadRecord head = HeadRecord.sign(owner.identity(), 1, clock.instant(), new byte[] {1});
    owner.client.putHead(holder.id(), head);
    var view = other(Role.VIEW, 1);
    Links links = new Links(view.self, id -> Optional.of(contact()));
    var client =
        new PeerClient(
            view.self, view.network, links, PeerTimeouts.DEFAULT, Optional.empty(), Runnable::run);
    assertArrayEquals(shard.sealed(), client.get(holder.id(), shard.name(), 0, 1));
    assertEquals(1, client.newestHead(holder.id()).orElseThrow().generation());
    assertThrows(NotPermittedException.class, () -> client.put(shard(1000)));
    assertThrows(NotPermittedException.class, () -> client.putHead(holder.id(), head));
    owner.client.put(shard(1000));
  }

  private record Machine(LocalNode self, Network network) {}

  /** Another machine of the same owner. */
  private Machine other(Role role, long epoch) {
    var identity =
        NodeIdentity.create(TestNode.keyOf("owner"), role, epoch, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith other", List.of(), clock);
    return new Machine(
        self,
        network.node(
            self,
            (request, from) ->
                new Reply.Failure(FailureKind.NOT_PERMITTED, "nothing here", Duration.ZERO)));
  }

  @Test
  void refusesTheOldMachineOnceANewerOneWasAnnouncedFor72Hours() throws Exception {
    owner.client.put(shard(1000));
    var unused = holder.store.emptyTrash(clock.millis());
    Machine newer = other(Role.NODE, 2);
    try (Link link = Calls.join(newer.network.connect(contact()))) {
      assertTrue(link.isOpen());
      assertEquals(1, holder.book.find(owner.id()).orElseThrow().epoch());
    }
    owner.client.put(shard(1000));
    for (int day = 0; day < 3; day++) {
      clock.advance(Duration.ofDays(1));
      unused = holder.store.emptyTrash(clock.millis());
    }
    var refused = assertThrows(NotPermittedException.class, () -> owner.client.put(shard(1000)));
    assertTrue(refused.getMessage().contains("epoch 2"), refused.getMessage());
    owner.links.drop(holder.id());
    TakeoverState told = owner.client.takeover(holder.id());
    assertEquals(TakeoverState.Standing.SUPERSEDED, told.standing());
    assertEquals(2, told.current().orElseThrow().epoch());
  }

  @Test
  void refusesAnExpiredCredentialAlsoOnALinkThatIsOpen() throws KithException {
    owner.client.put(shard(1000));
    clock.advance(Credential.NODE_LIFE.plusDays(3));
    var refused = assertThrows(NotPermittedException.class, () -> owner.client.put(shard(1000)));
    assertTrue(refused.getMessage().contains("expired"), refused.getMessage());
    String here = "or a clock is wrong: here it is " + clock.instant();
    assertTrue(refused.getMessage().endsWith(here), refused.getMessage());
  }

  @Test
  void saysThatTheDiskFailsWithoutTellingMore() throws KithException {
    owner.client.put(shard(1000));
    holder.store.failWith(new IOException("Input/output error: /secret/path"));
    var sick = assertThrows(PartnerUnavailableException.class, () -> owner.client.put(shard(1000)));
    assertFalse(sick.getMessage().contains("secret"), sick.getMessage());
    holder.store.failWith(null);
    sick = assertThrows(PartnerUnavailableException.class, () -> owner.client.put(shard(1000)));
    assertTrue(sick.getMessage().contains("disk"), sick.getMessage());
    holder.audits.health().tick();
    for (String full : List.of("No space left on device", "/held/x: Disk quota exceeded")) {
      holder.store.failWith(new IOException(full));
      assertThrows(SpaceExhaustedException.class, () -> owner.client.put(shard(1000)), full);
    }
    holder.store.failWith(null);
    owner.client.put(shard(1000));
  }

  @Test
  void checkpointsAreSignedByBothAndKeptByBoth() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    owner.client.put(shard(1000));
    Checkpoint checkpoint = keeper.checkpoint(holder.id());
    assertEquals(2, checkpoint.count());
    SignedRecord here = holder.book.find(owner.id()).orElseThrow().checkpointHere().orElseThrow();
    assertEquals(checkpoint, Checkpoint.ofBoth(here));
    SignedRecord there = owner.book.find(holder.id()).orElseThrow().checkpointThere().orElseThrow();
    assertEquals(checkpoint, Checkpoint.ofBoth(there));
  }

  @Test
  void entriesWhoseAcknowledgementsWereLostAreFetched() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    SealedShard lost = shard(1000);
    network.tamper(
        holder.id(),
        (request, reply) -> {
          if (request instanceof Request.PutCommit) {
            reply[reply.length - 1] ^= 1;
          }
          return reply;
        });
    assertThrows(CorruptDataException.class, () -> owner.client.put(lost));
    network.tamper(holder.id(), null);
    owner.client.put(shard(1000));
    assertEquals(1, mirrors.position(holder.id()).count());
    assertEquals(3, keeper.checkpoint(holder.id()).count());
    assertEquals(lost.name(), mirrors.entries(holder.id(), 1, 1).get(0).change().shard());
  }

  @Test
  void aDamagedCopyOfTheLedgerStopsNoPutAndIsFetchedAgain() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    owner.client.put(shard(1000));
    byte[] before = damagedCopy(keeper);
    owner.client.put(shard(1000));
    assertEquals(3, keeper.checkpoint(holder.id()).count());
    mirrors.close();
    byte[] after = Files.readAllBytes(copy());
    assertArrayEquals(before, Arrays.copyOf(after, before.length));
    assertTrue(Files.exists(copy().resolveSibling(copy().getFileName() + ".damaged")));
  }

  @Test
  void aCopyThatIsFetchedAgainMustBeTheOneThatWasSigned() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    byte[] unused = damagedCopy(keeper);
    holder.close();
    holder = TestNode.virtual(network, "holder");
    holder.knows(owner);
    clock.advance(Duration.ofMinutes(2));
    owner.client.put(shard(1000));
    owner.client.put(shard(1000));
    assertThrows(CorruptDataException.class, () -> keeper.checkpoint(holder.id()));
  }

  @Test
  void anEntryThatDoesNotFollowIsLeftToTheNextCheckpoint() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    var wrong = new Digest(new byte[32]);
    var ack =
        new PutAck(owner.id(), holder.id(), Messages.SHARD, 5, wrong, 1, 1, wrong, clock.instant());
    mirrors.acknowledged(ack);
    assertThrows(CorruptDataException.class, () -> keeper.checkpoint(holder.id()));
    owner.client.put(shard(1000));
    assertEquals(2, keeper.checkpoint(holder.id()).count());
  }

  private Path copy() throws IOException {
    try (var files = Files.list(ledgers)) {
      return files.filter(file -> file.toString().endsWith(".ledger")).findFirst().orElseThrow();
    }
  }

  /** Has a checkpoint signed, and damages the header of the copy while the node is down. */
  private byte[] damagedCopy(LedgerKeeper keeper) throws IOException, KithException {
    keeper.checkpoint(holder.id());
    mirrors.close();
    byte[] whole = Files.readAllBytes(copy());
    byte[] damaged = whole.clone();
    damaged[20] ^= 1;
    Files.write(copy(), damaged);
    return whole;
  }

  @Test
  void aHolderThatLostItsLedgerIsFoundOut() throws IOException, KithException {
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    owner.client.put(shard(1000));
    keeper.checkpoint(holder.id());
    holder.close();
    holder = TestNode.virtual(network, "holder");
    Partner partner = owner.book.find(holder.id()).orElseThrow();
    holder.book.agree(partner.record(), owner.self.addresses(), new kith.index.Update());
    assertThrows(CorruptDataException.class, () -> keeper.checkpoint(holder.id()));
  }

  @Test
  void aCheckpointOverAnotherLedgerIsNotSigned() throws IOException, KithException {
    owner.client.put(shard(1000));
    var wrong =
        new Checkpoint(owner.id(), holder.id(), 1, 1, new Digest(new byte[32]), clock.instant());
    var propose = new Request.CheckpointPropose(wrong.signedBy(owner.identity()));
    assertThrows(
        CorruptDataException.class,
        () -> owner.client.ask(holder.id(), propose, Reply.Checkpointed.class));
    assertTrue(holder.book.find(owner.id()).orElseThrow().checkpointHere().isEmpty());
  }

  @Test
  void putsGoOnAfterLostMessages() throws KithException {
    network.loseMessages(0.2);
    int failures = 0;
    for (int i = 0; i < 20; i++) {
      SealedShard shard = shard(2_000_000 / 10);
      while (true) {
        try {
          owner.client.put(shard);
          break;
        } catch (PartnerUnavailableException | NotPermittedException | CorruptDataException e) {
          failures++;
          clock.advance(Duration.ofMinutes(2));
        }
      }
    }
    network.heal();
    assertTrue(failures > 0, "the seed loses nothing");
    assertEquals(20, owner.client.list(holder.id(), null, 100).shards().size());
    assertEquals(0, holder.holder.reserved(owner.id()));
  }

  @Test
  void aDeadPartnerIsUnavailableAndNotDialledWithoutPause() throws KithException {
    network.kill(holder.id());
    assertThrows(PartnerUnavailableException.class, () -> owner.client.ping(holder.id()));
    network.revive(holder.id());
    assertThrows(PartnerUnavailableException.class, () -> owner.client.ping(holder.id()));
    clock.advance(Duration.ofSeconds(2));
    owner.client.ping(holder.id());
    assertTrue(owner.links.isUp(holder.id()));
  }

  @Test
  void aLinkThatTheOtherOpenedServesBothDirections() throws KithException {
    holder.client.ping(owner.id());
    network.resetCounts();
    owner.client.put(shard(1000));
    assertEquals(0, network.count(MessageKind.HELLO));
  }

  @Test
  void moreShardsThanALinkMayCarryAtOnceHaveToWait() throws KithException {
    try (Link link = Calls.join(owner.network.connect(contact()))) {
      for (int i = 0; i < Uploads.MAX_PER_LINK; i++) {
        assertInstanceOf(Reply.PutOpened.class, announce(link));
      }
      var failure = assertInstanceOf(Reply.Failure.class, announce(link));
      assertEquals(FailureKind.BUSY, failure.reason());
      assertEquals(Uploads.MAX_PER_LINK * 100, holder.holder.reserved(owner.id()));
    }
  }

  private Reply announce(Link link) throws KithException {
    SealedShard shard = shard(100);
    int length = shard.sealed().length;
    var open = new Request.PutOpen(shard.name(), shard.descriptor(), length, shard.merkleRoot());
    return Calls.join(link.send(open, Duration.ofSeconds(1)));
  }

  @Test
  void blocksOutOfOrderEndTheShard() throws KithException {
    try (Link link = Calls.join(owner.network.connect(contact()))) {
      SealedShard shard = shard(5000);
      Duration second = Duration.ofSeconds(1);
      var open = new Request.PutOpen(shard.name(), shard.descriptor(), 5000, shard.merkleRoot());
      Calls.ask(link, open, second, Reply.PutOpened.class);
      var gap = new Request.PutBlocks(shard.name(), 10, ByteBuffer.wrap(shard.sealed(), 10, 10));
      assertThrows(
          NotPermittedException.class, () -> Calls.ask(link, gap, second, Reply.Done.class));
      var commit = new Request.PutCommit(shard.name(), shard.merkleRoot());
      assertThrows(
          NotPermittedException.class, () -> Calls.ask(link, commit, second, Reply.PutDone.class));
    }
  }
}
