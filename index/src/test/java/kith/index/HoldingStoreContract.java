package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every holder's storage does. */
abstract class HoldingStoreContract {
  static final OwnerId HOLDER = owner(99);
  static final OwnerId OWNER = owner(1);
  static final OwnerId OTHER = owner(2);

  HoldingStore store;

  /** Makes the store of a test, empty. */
  abstract HoldingStore open() throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  static OwnerId owner(int number) {
    byte[] id = new byte[OwnerId.SIZE];
    Arrays.fill(id, (byte) number);
    return new OwnerId(id);
  }

  static ShardName name(int number) {
    byte[] pack = ByteBuffer.allocate(PackId.SIZE).putInt(number).array();
    return new ShardName(new PackId(pack), CodeParameters.of(4, 2), 5);
  }

  static byte[] sealed(int number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251 + number);
    }
    return bytes;
  }

  static LedgerEntry put(HoldingStore store, OwnerId owner, int number, byte[] sealed)
      throws IOException, KithException {
    IncomingShard incoming =
        store.begin(owner, name(number), new byte[] {(byte) number}, sealed.length);
    int half = sealed.length / 2;
    incoming.write(0, ByteBuffer.wrap(sealed, 0, half));
    ByteBuffer rest = ByteBuffer.allocateDirect(sealed.length - half);
    rest.put(sealed, half, sealed.length - half).flip();
    incoming.write(half, rest);
    assertEquals(sealed.length, incoming.received());
    return incoming.commit(MerkleTree.root(sealed), 1000 + number);
  }

  @Test
  void keepsWhatWasPut() throws IOException, KithException {
    byte[] sealed = sealed(1, 2 * ShardLayout.SEALED_BLOCK + 100);
    LedgerEntry entry = put(store, OWNER, 1, sealed);
    HeldShard shard =
        new HeldShard(name(1), new byte[] {1}, sealed.length, MerkleTree.root(sealed), 0, 1001);
    assertEquals(Optional.of(shard), store.find(OWNER, name(1)));
    assertEquals(List.of(shard), store.list(OWNER, null, 10));
    assertEquals(shard.put(), entry.change());
    assertEquals(sealed.length, store.usedBytes(OWNER));
    assertEquals(List.of(OWNER), store.owners());
    assertTrue(store.isWhole(OWNER, name(1)));
    assertFalse(store.isWhole(OWNER, name(2)));
    assertFalse(store.isWhole(OTHER, name(1)));
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 3));
    assertArrayEquals(
        Arrays.copyOfRange(sealed, ShardLayout.SEALED_BLOCK, 2 * ShardLayout.SEALED_BLOCK),
        store.read(OWNER, name(1), 1, 1));
    assertArrayEquals(
        Arrays.copyOfRange(sealed, 2 * ShardLayout.SEALED_BLOCK, sealed.length),
        store.read(OWNER, name(1), 2, 1));
  }

  @Test
  void ownersDoNotSeeEachOther() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    assertEquals(Optional.empty(), store.find(OTHER, name(1)));
    assertEquals(List.of(), store.list(OTHER, null, 10));
    assertEquals(0, store.usedBytes(OTHER));
    assertEquals(0, store.ledgerPosition(OTHER).count());
    assertThrows(NoSuchShardException.class, () -> store.read(OTHER, name(1), 0, 1));
    assertThrows(NoSuchShardException.class, () -> store.drop(OTHER, name(1), 5));
  }

  @Test
  void blocksThatAShardDoesNotHaveAreRefused() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, ShardLayout.SEALED_BLOCK));
    for (int[] range : new int[][] {{1, 1}, {0, 2}, {-1, 1}, {0, 0}, {Integer.MAX_VALUE, 9}}) {
      assertThrows(
          NotPermittedException.class, () -> store.read(OWNER, name(1), range[0], range[1]));
    }
  }

  @Test
  void listsInPagesByName() throws IOException, KithException {
    List<ShardName> names = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      put(store, OWNER, i, sealed(i, 10 + i));
      names.add(name(i));
    }
    put(store, OTHER, 100, sealed(1, 1));
    List<ShardName> seen = new ArrayList<>();
    ShardName after = null;
    for (List<HeldShard> page = store.list(OWNER, null, 3);
        !page.isEmpty();
        page = store.list(OWNER, after, 3)) {
      assertTrue(page.size() <= 3);
      page.forEach(shard -> seen.add(shard.name()));
      after = seen.get(seen.size() - 1);
    }
    assertEquals(names, seen);
  }

  @Test
  void theSameShardAgainChangesNothing() throws IOException, KithException {
    byte[] sealed = sealed(1, 1000);
    LedgerEntry first = put(store, OWNER, 1, sealed);
    put(store, OWNER, 2, sealed);
    assertEquals(first, put(store, OWNER, 1, sealed));
    assertEquals(2000, store.usedBytes(OWNER));
    assertEquals(2, store.ledgerPosition(OWNER).count());
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 1));
  }

  @Test
  void anotherShardOfTheSameNameIsRefused() throws IOException, KithException {
    byte[] sealed = sealed(1, 1000);
    put(store, OWNER, 1, sealed);
    assertThrows(NotPermittedException.class, () -> put(store, OWNER, 1, sealed(2, 1000)));
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 1));
    assertEquals(1, store.ledgerPosition(OWNER).count());
  }

  @Test
  void bytesOutOfPlaceOrBeyondTheEndAreRefused() throws IOException, KithException {
    IncomingShard incoming = store.begin(OWNER, name(1), new byte[0], 100);
    assertThrows(NotPermittedException.class, () -> incoming.write(1, ByteBuffer.allocate(10)));
    assertThrows(NotPermittedException.class, () -> incoming.write(0, ByteBuffer.allocate(101)));
    incoming.write(0, ByteBuffer.allocate(10));
    assertThrows(NotPermittedException.class, () -> incoming.write(0, ByteBuffer.allocate(10)));
    incoming.abort();
    assertEquals(List.of(), store.list(OWNER, null, 10));
  }

  @Test
  void shardsOutOfBoundsAreRefused() {
    byte[] tooLong = new byte[HoldingStore.MAX_DESCRIPTOR + 1];
    assertThrows(NotPermittedException.class, () -> store.begin(OWNER, name(1), tooLong, 100));
    for (long length : new long[] {0, -1, 1L << 40, Long.MIN_VALUE}) {
      assertThrows(
          NotPermittedException.class, () -> store.begin(OWNER, name(1), new byte[0], length));
    }
  }

  @Test
  void aShardIsKeptOnlyWholeAndWithTheRootStated() throws IOException, KithException {
    byte[] sealed = sealed(1, 100);
    IncomingShard cut = store.begin(OWNER, name(1), new byte[0], 100);
    cut.write(0, ByteBuffer.wrap(sealed, 0, 99));
    assertThrows(CorruptDataException.class, () -> cut.commit(MerkleTree.root(sealed), 1));
    IncomingShard wrong = store.begin(OWNER, name(1), new byte[0], 100);
    wrong.write(0, ByteBuffer.wrap(sealed));
    assertThrows(CorruptDataException.class, () -> wrong.commit(MerkleTree.root(new byte[5]), 1));
    assertEquals(Optional.empty(), store.find(OWNER, name(1)));
    assertEquals(0, store.ledgerPosition(OWNER).count());
    cut.abort();
    wrong.abort();
  }

  private static final long DAY = Duration.ofDays(1).toMillis();

  /** Lets days pass as a node sees them that is always there. */
  int passDays(int days) throws IOException, KithException {
    int gone = store.emptyTrash(clock);
    for (int day = 0; day < days; day++) {
      clock += DAY;
      gone += store.emptyTrash(clock);
    }
    return gone;
  }

  private long clock = 1_000_000;

  @Test
  void droppedShardsAreInTheTrashAndInTheLedger() throws IOException, KithException {
    byte[] sealed = sealed(1, 100);
    LedgerEntry put = put(store, OWNER, 1, sealed);
    put(store, OWNER, 2, sealed(2, 50));
    HeldShard shard = store.find(OWNER, name(1)).orElseThrow();
    assertEquals(0, store.droppedUpTo(OWNER));
    LedgerEntry drop = store.drop(OWNER, name(1), 7000);
    assertEquals(LedgerChange.Kind.DROP, drop.change().kind());
    assertEquals(put.change().merkleRoot(), drop.change().merkleRoot());
    assertEquals(7000, drop.change().holderTime());
    assertEquals(3, store.droppedUpTo(OWNER));
    assertEquals(150, store.usedBytes(OWNER));
    assertEquals(100, store.trashBytes(OWNER));
    assertEquals(Optional.empty(), store.find(OWNER, name(1)));
    assertEquals(1, store.list(OWNER, null, 10).size());
    TrashedShard trashed = new TrashedShard(shard, HoldingStore.TRASH_TIME);
    assertEquals(Optional.of(trashed), store.findTrash(OWNER, name(1)));
    assertEquals(List.of(trashed), store.listTrash(OWNER, null, 10));
    assertEquals(List.of(), store.listTrash(OWNER, name(1), 10));
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 1));
    assertThrows(NoSuchShardException.class, () -> store.drop(OWNER, name(1), 8000));
    assertEquals(Optional.empty(), store.findTrash(OWNER, name(2)));
    assertEquals(Optional.empty(), store.findTrash(OTHER, name(1)));
  }

  @Test
  void whatIsInTheTrashGoesAfterFourteenDaysAndNotBefore() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    put(store, OWNER, 2, sealed(2, 50));
    passDays(3);
    store.drop(OWNER, name(1), 7000);
    assertEquals(0, passDays(13));
    assertEquals(Duration.ofDays(1), store.findTrash(OWNER, name(1)).orElseThrow().left());
    assertEquals(150, store.usedBytes(OWNER));
    assertEquals(1, passDays(1));
    assertEquals(0, passDays(1));
    assertEquals(50, store.usedBytes(OWNER));
    assertEquals(0, store.trashBytes(OWNER));
    assertThrows(NoSuchShardException.class, () -> store.read(OWNER, name(1), 0, 1));
    assertThrows(NoSuchShardException.class, () -> store.restore(OWNER, name(1), 5));
    LedgerEntry again = put(store, OWNER, 1, sealed(1, 100));
    assertEquals(3, again.sequence());
    assertEquals(150, store.usedBytes(OWNER));
  }

  @Test
  void aClockThatJumpsEmptiesNoTrash() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    passDays(1);
    store.drop(OWNER, name(1), 7000);
    for (int jump : new int[] {365, -365, 0, -730, 730}) {
      clock += jump * DAY;
      assertEquals(0, store.emptyTrash(clock));
    }
    long observed = store.observedMillis();
    assertEquals(0, passDays(11));
    assertEquals(observed + 11 * DAY, store.observedMillis());
    assertEquals(100, store.trashBytes(OWNER));
    assertEquals(1, passDays(2)); // each jump forward counted as a day
  }

  @Test
  void whatIsTakenOutOfTheTrashIsKeptByANewPut() throws IOException, KithException {
    byte[] sealed = sealed(1, 2 * ShardLayout.SEALED_BLOCK + 100);
    put(store, OWNER, 1, sealed);
    HeldShard before = store.find(OWNER, name(1)).orElseThrow();
    store.drop(OWNER, name(1), 7000);
    passDays(10);
    LedgerEntry entry = store.restore(OWNER, name(1), 9000);
    assertEquals(LedgerChange.Kind.PUT, entry.change().kind());
    assertEquals(2, entry.sequence());
    assertEquals(9000, entry.change().holderTime());
    HeldShard after = store.find(OWNER, name(1)).orElseThrow();
    assertEquals(entry.change(), after.put());
    assertArrayEquals(before.descriptor(), after.descriptor());
    assertEquals(Optional.empty(), store.findTrash(OWNER, name(1)));
    assertEquals(0, store.trashBytes(OWNER));
    assertEquals(sealed.length, store.usedBytes(OWNER));
    assertTrue(store.isWhole(OWNER, name(1)));
    assertEquals(0, passDays(20));
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 3));
    assertThrows(NoSuchShardException.class, () -> store.restore(OWNER, name(1), 9500));
    assertThrows(NoSuchShardException.class, () -> store.restore(OTHER, name(1), 9500));
  }

  @Test
  void aPutTakesTheSameShardOutOfTheTrashAndNoOther() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    store.drop(OWNER, name(1), 7000);
    assertThrows(NotPermittedException.class, () -> put(store, OWNER, 1, sealed(2, 100)));
    assertEquals(100, store.trashBytes(OWNER));
    assertEquals(2, put(store, OWNER, 1, sealed(1, 100)).sequence());
    assertEquals(0, store.trashBytes(OWNER));
    assertEquals(100, store.usedBytes(OWNER));
    store.drop(OWNER, name(1), 8000);
    assertEquals(4, store.droppedUpTo(OWNER));
    assertEquals(1, passDays(14));
    assertEquals(0, store.usedBytes(OWNER));
  }

  @Test
  void theLedgerIsOneChain() throws IOException, KithException {
    for (int i = 0; i < 5; i++) {
      put(store, OWNER, i, sealed(i, 10));
    }
    LedgerPosition at = LedgerPosition.start(OWNER, HOLDER, 1);
    assertEquals(at, store.ledgerPosition(OWNER, 0));
    for (LedgerEntry entry : store.ledgerEntries(OWNER, 0, 100)) {
      assertTrue(entry.follows(at));
      at = entry.position(1);
      assertEquals(at, store.ledgerPosition(OWNER, at.count()));
    }
    assertEquals(5, at.count());
    assertEquals(at, store.ledgerPosition(OWNER));
    assertEquals(2, store.ledgerEntries(OWNER, 3, 100).size());
    assertEquals(2, store.ledgerEntries(OWNER, 1, 2).size());
    assertEquals(List.of(), store.ledgerEntries(OWNER, 5, 2));
    assertThrows(IllegalArgumentException.class, () -> store.ledgerPosition(OWNER, 6));
  }

  @Test
  void whatIsForgottenLeavesNothingBehindAndBeginsAnew() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    put(store, OWNER, 2, sealed(2, 100));
    put(store, OTHER, 3, sealed(3, 50));
    store.putHead(OWNER, head(1, 9));
    store.drop(OWNER, name(2), 5);
    store.forget(OWNER);
    store.forget(OWNER);
    assertEquals(List.of(OTHER), store.owners());
    assertEquals(0, store.usedBytes(OWNER));
    assertEquals(List.of(), store.list(OWNER, null, 10));
    assertEquals(List.of(), store.listTrash(OWNER, null, 10));
    assertEquals(List.of(), store.heads(OWNER));
    assertEquals(LedgerPosition.start(OWNER, HOLDER, 1), store.ledgerPosition(OWNER));
    assertThrows(NoSuchShardException.class, () -> store.read(OWNER, name(1), 0, 1));
    assertEquals(0, put(store, OWNER, 1, sealed(7, 100)).sequence());
    assertEquals(50, store.usedBytes(OTHER));
  }

  private static HeldHead head(long epoch, long generation) {
    return new HeldHead(epoch, generation, new byte[] {(byte) epoch, (byte) generation});
  }

  @Test
  void keepsTheNewestHeads() throws IOException, KithException {
    assertEquals(List.of(), store.heads(OWNER));
    for (long generation : new long[] {9, 11, 10}) {
      store.putHead(OWNER, head(1, generation));
    }
    store.putHead(OWNER, head(2, 1));
    store.putHead(OWNER, head(2, 1));
    assertEquals(List.of(head(2, 1), head(1, 11), head(1, 10)), store.heads(OWNER));
    assertThrows(NotPermittedException.class, () -> store.putHead(OWNER, head(1, 9)));
    HeldHead other = new HeldHead(2, 1, new byte[100]);
    assertThrows(NotPermittedException.class, () -> store.putHead(OWNER, other));
    HeldHead tooLong = new HeldHead(3, 1, new byte[HoldingStore.MAX_HEAD + 1]);
    assertThrows(NotPermittedException.class, () -> store.putHead(OWNER, tooLong));
    assertEquals(List.of(head(2, 1), head(1, 11), head(1, 10)), store.heads(OWNER));
    assertFalse(store.heads(OTHER).contains(head(2, 1)));
  }

  @Test
  void headsOfAMachineThatTakesOverPushOutNoneOfTheNodeBefore() throws Exception {
    for (long generation = 1; generation <= 4; generation++) {
      store.putHead(OWNER, head(1, generation), 1);
      store.putHead(OWNER, head(2, generation), 1);
    }
    var both = List.of(head(2, 4), head(2, 3), head(2, 2), head(1, 4), head(1, 3), head(1, 2));
    assertEquals(both, store.heads(OWNER));
    assertEquals(HoldingStore.MOST_HEADS, both.size());
    store.putHead(OWNER, head(2, 5), 2); // it has taken over
    assertEquals(List.of(head(2, 5), head(2, 4), head(2, 3)), store.heads(OWNER));
  }
}
