package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.codec.SpaceExhaustedException;
import kith.index.HeldShard;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An owner who drops shards, and others who try, at a holder with real files. */
final class KeepSetTest {
  private static final long SPACE = 10 << 20;
  private static final int LENGTH = 10_000;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(1, clock);
  private final RandomGenerator random = Shards.random(11);
  private final List<SealedShard> shards = new ArrayList<>();
  private @TempDir Path ledgers;
  private @TempDir Path home;
  private LedgerMirrors mirrors;
  private TestNode owner;
  private DiskHolder holder;
  private KeepSetTalk talk;

  @BeforeEach
  void befriend() throws IOException, KithException {
    holder = new DiskHolder(home, network);
    mirrors = new LedgerMirrors(ledgers, TestNode.keyOf("owner").id());
    owner = TestNode.virtual(network, "owner", Optional.of(mirrors));
    holder.befriend(owner, SPACE);
    talk = talk(owner.self, owner.client);
    holder.store.emptyTrash(clock.millis());
  }

  private KeepSetTalk talk(LocalNode self, PeerClient client) {
    return new KeepSetTalk(
        self, client, new LedgerKeeper(client, self, mirrors, owner.book), mirrors);
  }

  @AfterEach
  void close() throws IOException {
    mirrors.close();
    owner.close();
    holder.close();
  }

  private void put(int count) throws KithException {
    for (int i = 0; i < count; i++) {
      SealedShard shard = Shards.make(random, holder.id(), LENGTH);
      owner.client.put(shard);
      shards.add(shard);
    }
  }

  private List<ShardName> names(int from, int to) {
    return shards.subList(from, to).stream().map(SealedShard::name).sorted().toList();
  }

  private KeepSetState drop(List<ShardName> names) throws IOException, KithException {
    SignedRecord record = talk.keepSet(holder.id(), talk.standing(holder.id()), names);
    return talk.tell(holder.id(), record, names, Optional.empty());
  }

  private void passDays(int days) throws IOException, KithException {
    for (int day = 0; day < days; day++) {
      clock.advance(Duration.ofDays(1));
      holder.store.emptyTrash(clock.millis());
    }
  }

  private long live() throws IOException {
    return holder.store.list(owner.id(), null, 1000).size();
  }

  @Test
  void whatDoesNotRemainIsInTheTrashAndWhatCameLaterIsNotTouched()
      throws IOException, KithException {
    put(12);
    Standing standing = talk.standing(holder.id());
    SignedRecord record = talk.keepSet(holder.id(), standing, names(0, 2));
    put(3);
    KeepSetState state = talk.tell(holder.id(), record, names(0, 2), Optional.empty());
    assertEquals(new KeepSetState(2, 15 * LENGTH, 2 * LENGTH, 17_500, 14 * 86_400_000L), state);
    assertEquals(13, live());
    Standing after = talk.standing(holder.id());
    assertEquals(13, after.shards().size());
    assertEquals(13 * LENGTH, after.bytes());
    passDays(13);
    assertEquals(2 * LENGTH, talk.state(holder.id()).trashBytes());
    passDays(1);
    assertEquals(new KeepSetState(0, 13 * LENGTH, 0, 32_500, 0), talk.state(holder.id()));
    assertThrows(
        CorruptDataException.class,
        () -> owner.client.get(holder.id(), shards.get(0).name(), 0, 1));
  }

  @Test
  void aKeepSetIsGoodOnceAlsoAfterARestartAndWithoutRows() throws IOException, KithException {
    put(12);
    SignedRecord record = talk.keepSet(holder.id(), talk.standing(holder.id()), names(0, 2));
    talk.tell(holder.id(), record, names(0, 2), Optional.empty());
    owner.client.put(shards.get(0)); // again: it must not be dropped by what was said before
    owner.client.put(shards.get(1));
    assertEquals(12, live());
    refused(record, names(0, 2));
    holder.restart();
    clock.advance(Duration.ofMinutes(2));
    refused(record, names(0, 2));
    holder.storage = new MemoryStorage();
    holder.restart();
    clock.advance(Duration.ofMinutes(2));
    assertEquals(12, live());
    refused(record, names(0, 2));
    assertEquals(12, live());
  }

  private void refused(SignedRecord record, List<ShardName> names) throws IOException {
    long before = holder.store.trashBytes(owner.id());
    assertThrows(
        NotPermittedException.class, () -> talk.tell(holder.id(), record, names, Optional.empty()));
    assertEquals(before, holder.store.trashBytes(owner.id()));
  }

  @Test
  void whatIsNotAsTheHolderHasItDropsNothing() throws IOException, KithException {
    put(12);
    Standing standing = talk.standing(holder.id());
    SignedRecord two = talk.keepSet(holder.id(), standing, names(0, 2));
    refused(two, names(0, 1)); // fewer than are gone from what remains
    refused(two, names(0, 3));
    refused(two, names(1, 3));
    var stranger = Shards.make(random, holder.id(), 5).name();
    refused(two, List.of(stranger));
    var unknown = new ArrayList<>(names(0, 2));
    unknown.add(stranger);
    refused(two, unknown);
    refused(signed(standing, new KeepSet.Remaining(9, new Digest(new byte[32]))), names(0, 2));
    KeepSet.Remaining right = standing.without(names(0, 2));
    refused(signed(standing, new KeepSet.Remaining(11, right.names())), names(0, 2));
    for (List<ShardName> odd : List.of(List.<ShardName>of(), List.of(names(0, 1).get(0)))) {
      ByteBuffer names = ByteBuffer.allocate(odd.size() * 40);
      odd.forEach(name -> names.put(name.toBytes()).put(name.toBytes())); // twice
      var tell = new KeepSetRequest.KeepSetTell(two, Optional.empty(), names.flip());
      assertThrows(
          CorruptDataException.class,
          () -> owner.client.ask(holder.id(), tell, Reply.KeepSetTold.class));
    }
    assertEquals(0, holder.store.trashBytes(owner.id()));
    assertEquals(2, talk.tell(holder.id(), two, names(0, 2), Optional.empty()).dropped());
  }

  private SignedRecord signed(Standing standing, KeepSet.Remaining remaining) {
    return new KeepSet(owner.id(), holder.id(), 1, standing.ledger(), remaining, clock.instant())
        .signedBy(owner.identity());
  }

  @Test
  void nobodyElseDropsAnything() throws IOException, KithException {
    put(12);
    try (TestNode other = TestNode.virtual(network, "other")) {
      holder.befriend(other, SPACE);
      Standing standing = talk.standing(holder.id());
      List<ShardName> names = names(0, 2);
      SignedRecord good = talk.keepSet(holder.id(), standing, names);
      KeepSetTalk others = talk(other.self, other.client);
      assertThrows(
          NotPermittedException.class,
          () -> others.tell(holder.id(), good, names, Optional.empty()));
      SignedRecord forged =
          new KeepSet(
                  owner.id(),
                  holder.id(),
                  1,
                  standing.ledger(),
                  standing.without(names),
                  clock.instant())
              .signedBy(other.identity());
      assertThrows(
          CorruptDataException.class,
          () -> others.tell(holder.id(), forged, names, Optional.empty()));
      SignedRecord elsewhere = talk.keepSet(other.id(), standing, names);
      refused(elsewhere, names);
      SignedRecord later =
          new KeepSet(
                  owner.id(),
                  holder.id(),
                  1,
                  standing.ledger(),
                  standing.without(names),
                  clock.instant().plus(Duration.ofDays(3)))
              .signedBy(owner.identity());
      refused(later, names);
      assertEquals(0, holder.store.trashBytes(owner.id()));
      assertEquals(2, talk.tell(holder.id(), good, names, Optional.empty()).dropped());
    }
  }

  @Test
  void neitherAViewNorAFormerMachineDropsAnything() throws IOException, KithException {
    put(12);
    Standing standing = talk.standing(holder.id());
    SignedRecord before = talk.keepSet(holder.id(), standing, names(0, 2));
    PeerClient view = machine(Role.VIEW, 1);
    var tell = new KeepSetRequest.KeepSetTell(before, Optional.empty(), ByteBuffer.allocate(20));
    assertThrows(
        NotPermittedException.class, () -> view.ask(holder.id(), tell, Reply.KeepSetTold.class));
    assertThrows(
        NotPermittedException.class,
        () -> view.ask(holder.id(), new KeepSetRequest.KeepSetGet(), Reply.KeepSetTold.class));
    PeerClient newer = machine(Role.NODE, 2);
    newer.ping(holder.id());
    passDays(4);
    refused(before, names(0, 2)); // by the old machine, whose place was taken
    ByteBuffer bytes = ByteBuffer.allocate(40);
    names(0, 2).forEach(name -> bytes.put(name.toBytes()));
    var replayed = new KeepSetRequest.KeepSetTell(before, Optional.empty(), bytes.flip());
    assertThrows(
        NotPermittedException.class,
        () -> newer.ask(holder.id(), replayed, Reply.KeepSetTold.class));
    assertEquals(0, holder.store.trashBytes(owner.id()));
  }

  /** Another machine of the same owner. */
  private PeerClient machine(Role role, long epoch) {
    var identity =
        NodeIdentity.create(TestNode.keyOf("owner"), role, epoch, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith other", List.of(), clock);
    var there = new Contact(holder.id(), holder.self.addresses());
    var links = new Links(self, id -> Optional.of(there));
    Network plain =
        network.node(
            self,
            (request, from) ->
                new Reply.Failure(FailureKind.NOT_PERMITTED, "nothing here", Duration.ZERO));
    return new PeerClient(
        self, plain, links, PeerTimeouts.DEFAULT, Optional.empty(), Runnable::run);
  }

  @Test
  void moreThanAQuarterWithinTheTimeNeedsTheOwnerKey() throws IOException, KithException {
    put(12);
    var refusal = assertThrows(PartnerUnavailableException.class, () -> drop(names(0, 4)));
    assertTrue(refusal.getMessage().contains("at most a quarter"), refusal.getMessage());
    assertEquals(12, live());
    drop(names(0, 2));
    passDays(5);
    assertEquals(10_000, talk.state(holder.id()).droppableBytes());
    assertThrows(PartnerUnavailableException.class, () -> drop(names(2, 4)));
    drop(names(2, 3));
    assertThrows(PartnerUnavailableException.class, () -> drop(names(3, 4)));
    passDays(9); // the first two are gone
    assertEquals(10 * LENGTH, holder.store.usedBytes(owner.id()));
    assertEquals(Duration.ofDays(5).toMillis(), talk.state(holder.id()).waitMillis());
    drop(names(3, 4));
    byOwnerKey();
  }

  private void byOwnerKey() throws IOException, KithException {
    List<ShardName> most = names(4, 10);
    Standing standing = talk.standing(holder.id());
    SignedRecord record = talk.keepSet(holder.id(), standing, most);
    OwnerRecord stolen = OwnerRecord.override(TestNode.keyOf("thief"), record);
    assertThrows(
        NotPermittedException.class,
        () -> talk.tell(holder.id(), record, most, Optional.of(stolen)));
    SignedRecord another = talk.keepSet(holder.id(), standing, names(4, 11));
    OwnerRecord forAnother = OwnerRecord.override(TestNode.keyOf("owner"), another);
    assertThrows(
        NotPermittedException.class,
        () -> talk.tell(holder.id(), record, most, Optional.of(forAnother)));
    assertEquals(8, live());
    OwnerRecord right = OwnerRecord.override(TestNode.keyOf("owner"), record);
    assertEquals(6, talk.tell(holder.id(), record, most, Optional.of(right)).dropped());
    assertEquals(2, live());
  }

  @Test
  void whoPutsAndDropsToFillTheTrashIsToldToWait() throws IOException, KithException {
    int length = (int) (SPACE / 40);
    List<SealedShard> there = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      SealedShard shard = Shards.make(random, holder.id(), length);
      try {
        owner.client.put(shard);
        there.add(shard);
        drop(List.of(there.get(0).name()));
        there.remove(0);
      } catch (PartnerUnavailableException tooMuch) {
        clock.advance(Duration.ofMinutes(1));
      } catch (SpaceExhaustedException full) {
        assertTrue(full.getMessage().contains("of them in the trash"), full.getMessage());
        break;
      }
    }
    assertTrue(holder.store.usedBytes(owner.id()) <= SPACE);
    SealedShard last = Shards.make(random, holder.id(), length);
    var open = new Request.PutOpen(last.name(), last.descriptor(), length, last.merkleRoot());
    var failure = assertInstanceOf(Reply.Failure.class, owner.client.ask(holder.id(), open));
    assertEquals(FailureKind.SPACE_EXHAUSTED, failure.reason());
    assertTrue(failure.retryAfter().compareTo(Duration.ofDays(13)) > 0, failure.toString());
    passDays(15);
    owner.client.put(last);
  }

  @Test
  void whatIsReadInTheTrashIsServedKeptAgainAndFlagged() throws IOException, KithException {
    put(12);
    SealedShard shard = shards.get(0);
    drop(names(0, 2));
    Reply reply = owner.client.ask(holder.id(), new Request.Get(shard.name(), 0, 1));
    var blocks = assertInstanceOf(Reply.Blocks.class, reply);
    assertTrue(blocks.foundInTrash());
    assertEquals(ByteBuffer.wrap(shard.sealed()), blocks.payload());
    PutAck ack = PutAck.of(blocks.ack().orElseThrow());
    assertEquals(shard.merkleRoot(), ack.merkleRoot());
    assertEquals(14, ack.sequence());
    Standing standing = talk.standing(holder.id());
    assertEquals(11, standing.shards().size());
    assertTrue(standing.shards().get(shard.name()).again());
    assertFalse(standing.shards().get(shards.get(3).name()).again());
    reply = owner.client.ask(holder.id(), new Request.Get(shard.name(), 0, 1));
    assertFalse(assertInstanceOf(Reply.Blocks.class, reply).foundInTrash());
    passDays(14);
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 1));
    assertEquals(11, live());
  }

  @Test
  void aPutTakesAShardOutOfTheTrashWithoutSendingIt() throws IOException, KithException {
    put(12);
    drop(names(0, 1));
    network.resetCounts();
    PutAck ack = owner.client.put(shards.get(0)).ack();
    assertEquals(13, ack.sequence());
    assertEquals(0, holder.store.trashBytes(owner.id()));
    drop(names(0, 1));
    Path file = holder.file(owner.id(), shards.get(0).name());
    byte[] damaged = java.nio.file.Files.readAllBytes(file);
    damaged[2000] ^= 1;
    java.nio.file.Files.write(file, damaged);
    clock.advance(Duration.ofMinutes(1));
    assertEquals(15, owner.client.put(shards.get(0)).ack().sequence());
    assertTrue(holder.store.isWhole(owner.id(), shards.get(0).name()));
  }

  @Test
  void everyFlippedByteDropsNothing() throws IOException, KithException {
    put(12);
    List<ShardName> names = names(0, 2);
    SignedRecord record = talk.keepSet(holder.id(), talk.standing(holder.id()), names);
    ByteBuffer payload = ByteBuffer.allocate(40);
    names.forEach(name -> payload.put(name.toBytes()));
    var tell = new KeepSetRequest.KeepSetTell(record, Optional.empty(), payload.flip());
    byte[] whole = Wire.bytes(tell, 7);
    int understood = 0;
    for (int at = FrameHeader.SIZE; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      clock.advance(Duration.ofSeconds(61));
      try {
        boolean same = Arrays.equals(whole, Wire.bytes(Wire.read(damaged), 7));
        if (!same && Wire.read(damaged) instanceof KeepSetRequest.KeepSetTell read) {
          understood++;
          Reply reply = owner.client.ask(holder.id(), read);
          assertInstanceOf(Reply.Failure.class, reply, "byte " + at);
        }
      } catch (CorruptDataException e) {
        // as it should be
      }
      assertEquals(0, holder.store.trashBytes(owner.id()), "byte " + at);
    }
    assertTrue(understood > 40, understood + " were read");
    clock.advance(Duration.ofSeconds(61));
    Reply reply = owner.client.ask(holder.id(), tell);
    assertEquals(2, assertInstanceOf(Reply.KeepSetTold.class, reply).state().dropped());
  }

  @Test
  void askingOverAndOverIsBounded() throws IOException, KithException {
    put(4);
    int busy = 0;
    for (int i = 0; i < 40; i++) {
      Reply reply = owner.client.ask(holder.id(), new KeepSetRequest.KeepSetGet());
      busy += reply instanceof Reply.Failure ? 1 : 0;
    }
    assertTrue(busy >= 19, busy + " were refused");
    clock.advance(Duration.ofMinutes(1));
    talk.state(holder.id());
  }

  @Test
  void randomPutsDropsReplaysReadsAndRestartsKeepWhatIsNeededAndLetTheRestGo()
      throws IOException, KithException {
    Map<ShardName, SealedShard> needed = new TreeMap<>();
    Map<ShardName, Long> dropped = new TreeMap<>();
    List<Request> said = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      clock.advance(Duration.ofMinutes(1));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          SealedShard shard = Shards.make(random, holder.id(), 500 + random.nextInt(4000));
          owner.client.put(shard);
          needed.put(shard.name(), shard);
        }
        case 3, 4 -> dropSome(needed, dropped, said);
        case 5 -> {
          if (!said.isEmpty()) {
            Reply reply = owner.client.ask(holder.id(), said.get(random.nextInt(said.size())));
            assertInstanceOf(Reply.Failure.class, reply);
          }
        }
        case 6 -> {
          if (random.nextInt(4) == 0) {
            holder.storage = random.nextBoolean() ? new MemoryStorage() : holder.storage;
            boolean lost =
                holder
                        .storage
                        .rows(() -> {})
                        .get(kith.index.Table.HELD_OWNERS, owner.id().toBytes())
                    == null;
            holder.restart();
            dropped.replaceAll((name, since) -> lost ? 0L : since);
          }
        }
        default -> passDays(random.nextInt(4));
      }
      checkAll(needed, dropped, "step " + step);
    }
  }

  private void dropSome(
      Map<ShardName, SealedShard> needed, Map<ShardName, Long> dropped, List<Request> said)
      throws IOException, KithException {
    List<ShardName> some =
        needed.keySet().stream().filter(name -> random.nextInt(6) == 0).sorted().toList();
    if (some.isEmpty()) {
      return;
    }
    SignedRecord record = talk.keepSet(holder.id(), talk.standing(holder.id()), some);
    try {
      talk.tell(holder.id(), record, some, Optional.empty());
      ByteBuffer names = ByteBuffer.allocate(some.size() * ShardName.SIZE);
      some.forEach(name -> names.put(name.toBytes()));
      said.add(new KeepSetRequest.KeepSetTell(record, Optional.empty(), names.flip()));
      long now = holder.store.observedMillis();
      some.forEach(name -> dropped.put(name, now));
      needed.keySet().removeAll(some);
    } catch (PartnerUnavailableException tooMuch) {
      assertTrue(tooMuch.getMessage().contains("quarter"), tooMuch.getMessage());
    }
  }

  private void checkAll(
      Map<ShardName, SealedShard> needed, Map<ShardName, Long> dropped, String message)
      throws IOException, KithException {
    assertEquals(
        List.copyOf(needed.keySet()),
        holder.store.list(owner.id(), null, 1000).stream().map(HeldShard::name).toList(),
        message);
    for (SealedShard shard : needed.values()) {
      assertTrue(holder.store.isWhole(owner.id(), shard.name()), message);
    }
    long now = holder.store.observedMillis();
    long fortnight = Duration.ofDays(14).toMillis();
    dropped.values().removeIf(since -> now - since >= fortnight);
    List<ShardName> trash =
        holder.store.listTrash(owner.id(), null, 1000).stream()
            .map(each -> each.shard().name())
            .toList();
    assertEquals(List.copyOf(dropped.keySet()), trash, message);
  }
}
