package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.SealedShard;
import kith.codec.SpaceExhaustedException;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a holder does when its own files are damaged or lost. */
final class DiskHolderTest {
  private static final int LENGTH = 300_000;

  private final VirtualNetwork network = new VirtualNetwork(1, new VirtualClock());
  private final RandomGenerator random = Shards.random(3);
  private @TempDir Path folder;
  private TestNode owner;
  private DiskHolder holder;

  @BeforeEach
  void befriend() throws IOException, KithException {
    holder = new DiskHolder(folder, network);
    owner = TestNode.virtual(network, "owner");
    holder.befriend(owner, LENGTH); // room for one shard, and not for it twice
  }

  @AfterEach
  void close() throws IOException {
    owner.close();
    holder.close();
  }

  private SealedShard shard() {
    return Shards.make(random, holder.id(), LENGTH);
  }

  private Path file(SealedShard shard) {
    return holder.file(owner.id(), shard.name());
  }

  /** A file that is damaged in one of several ways. */
  private void damage(Path file, int way) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (way) {
      case 0 -> Files.delete(file);
      case 1 -> Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
      case 2 -> Files.write(file, new byte[0]);
      default -> {
        bytes[way] ^= 4;
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void aLostOrDamagedShardIsTakenAnewBeforeItIsAcknowledged() throws IOException, KithException {
    SealedShard shard = shard();
    PutAck first = owner.client.put(shard).ack();
    byte[] whole = Files.readAllBytes(file(shard));
    for (int way : new int[] {0, 1, 2, 50, 200, 512, 100_000, whole.length - 1}) {
      damage(file(shard), way);
      assertEquals(first, owner.client.put(shard).ack(), "damage " + way);
      assertArrayEquals(whole, Files.readAllBytes(file(shard)), "damage " + way);
      assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 5));
    }
    assertEquals(LENGTH, holder.store.usedBytes(owner.id()));
    assertEquals(1, holder.store.ledgerPosition(owner.id()).count());
    assertEquals(0, holder.service.reserved(owner.id()));
  }

  @Test
  void aDamagedShardIsNotAcknowledgedWhereThereIsNoRoomForIt() throws IOException, KithException {
    SealedShard shard = shard();
    owner.client.put(shard);
    holder.room = 0;
    owner.client.put(shard);
    damage(file(shard), 512);
    assertThrows(SpaceExhaustedException.class, () -> owner.client.put(shard));
    holder.room = Long.MAX_VALUE;
    owner.client.put(shard);
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 5));
  }

  @Test
  void anotherShardDoesNotTakeThePlaceOfADamagedOne() throws IOException, KithException {
    SealedShard shard = shard();
    owner.client.put(shard);
    Files.delete(file(shard));
    SealedShard other = shard();
    var impostor =
        new SealedShard(
            shard.name(), holder.id(), other.descriptor(), other.sealed(), other.merkleRoot());
    assertThrows(NotPermittedException.class, () -> owner.client.put(impostor));
    assertFalse(Files.exists(file(shard)));
  }

  @Test
  void whatBreaksOffWhileAShardIsTakenAnewLeavesNothing() throws IOException, KithException {
    SealedShard shard = shard();
    owner.client.put(shard);
    damage(file(shard), 512);
    try (Link link = Calls.join(owner.network.connect(new Contact(holder.id(), addresses())))) {
      var open = new Request.PutOpen(shard.name(), shard.descriptor(), LENGTH, shard.merkleRoot());
      Calls.ask(link, open, Duration.ofSeconds(1), Reply.PutOpened.class);
    }
    try (var files = Files.list(file(shard).getParent())) {
      assertEquals(List.of(file(shard)), files.toList());
    }
    assertEquals(0, holder.service.reserved(owner.id()));
    owner.client.put(shard);
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 5));
  }

  @Test
  void aHolderThatLostItsIndexKnowsAndServesItsPartner() throws IOException, KithException {
    SealedShard shard = shard();
    PutAck first = owner.client.put(shard).ack();
    holder.storage = new MemoryStorage();
    holder.restart();
    assertEquals(LENGTH, holder.book.find(owner.id()).orElseThrow().spaceHere());
    owner.links.drop(holder.id());
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 5));
    assertEquals(first, owner.client.put(shard).ack());
    assertThrows(SpaceExhaustedException.class, () -> owner.client.put(shard()));
  }

  private List<NodeAddress> addresses() {
    return holder.self.addresses();
  }
}
