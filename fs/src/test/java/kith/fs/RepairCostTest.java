package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.peer.choice.NetworkPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What repair reads from partners and sends to them, beside the least that would do: nothing and
 * one shard where the pack is here, m shards and one where it is not. The code is 2 + 2.
 */
final class RepairCostTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 2);

  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final PackTestPartners partners = new PackTestPartners(5);
  private final byte[] content = new byte[5 << 20];
  private DriveFixture drive;
  private long inode;

  /** Blocks of each shard of each pack, which repair must count in. */
  private final Map<PackId, Integer> blocks = new HashMap<>();

  @BeforeEach
  void publishOneFile() throws Exception {
    for (int i = 0; i < 5; i++) {
      near(i, "203.0." + i + ".1");
    }
    drive = new DriveFixture(folder, partners, clock, CODE);
    new Random(5).nextBytes(content);
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    PackRows.visit(
        drive.rows, (id, row) -> blocks.put(id, new ShardLayout(CODE, row.length()).blocks()));
    assertTrue(blocks.values().stream().anyMatch(count -> count > 30), blocks.toString());
    partners.calls.clear();
    partners.given.clear();
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private void near(int number, String address) {
    partners.where(PackTestPartners.owner(number), Set.of(NetworkPrefix.of(address)));
  }

  private List<OwnerId> holders(PackId pack) throws IOException {
    return PackRows.shards(drive.rows, pack, CODE).stream().map(ShardRow::holder).toList();
  }

  /** The pack with the file. */
  private PackId large() {
    return blocks.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private List<PackId> at(OwnerId holder) throws IOException {
    List<PackId> found = new java.util.ArrayList<>();
    for (PackId pack : blocks.keySet()) {
      if (holders(pack).contains(holder)) {
        found.add(pack);
      }
    }
    return found;
  }

  private void repairAll() throws Exception {
    drive.engine.moving().hurry();
    for (int i = 0; i < 20; i++) {
      drive.engine.moving().tick();
      drive.engine.shipTick();
      drive.engine.healTick();
      clock.advance(Duration.ofMinutes(1));
    }
    assertEquals(List.of(), drive.engine.moving().repairs().lines());
  }

  private long blocksRead() {
    return partners.given.stream().mapToLong(PackTestPartners.Call::blocks).sum();
  }

  private long blocksRead(PackId pack) {
    return partners.given.stream()
        .filter(call -> call.shard().pack().equals(pack))
        .mapToLong(PackTestPartners.Call::blocks)
        .sum();
  }

  @Test
  void fromThePackHereNothingIsReadAndOneShardIsSentForEachLost() throws Exception {
    OwnerId gone = holders(large()).get(0);
    List<PackId> hit = at(gone);
    partners.gone(gone);
    repairAll();
    assertEquals(0, blocksRead());
    assertEquals(hit.size(), partners.count("put"));
    assertEquals(0, partners.count("put", gone));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void withoutThePackMShardsAreReadAndOneIsSent(int index) throws Exception {
    PackId pack = large();
    OwnerId gone = holders(pack).get(index);
    List<PackId> hit = at(gone);
    drive.packs.delete(pack);
    partners.gone(gone);
    repairAll();
    assertEquals((long) CODE.m() * blocks.get(pack), blocksRead());
    assertEquals(hit.size(), partners.count("put"));
    assertEquals(0, partners.count("get", gone));
    assertFalse(drive.packs.exists(pack), "it had made room");
    drive.publish();
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode));
  }

  /** Flips a bit of what a holder keeps. */
  private ShardName damage(PackId pack, int index) throws IOException {
    var name = new ShardName(pack, CODE, index);
    SealedShard there = partners.kept.get(holders(pack).get(index)).get(name);
    there.sealed()[there.sealed().length / 3] ^= 1;
    return name;
  }

  @Test
  void aCorruptShardIsSentOnceMoreFromThePackHere() throws Exception {
    PackId pack = large();
    OwnerId holder = holders(pack).get(1);
    ShardName name = damage(pack, 1);
    partners.kept.get(holder).remove(name);
    drive.engine.wrongShards().found(name, holder);
    repairAll();
    assertEquals(0, blocksRead());
    assertEquals(1, partners.count("put"));
    assertEquals(1, partners.count("put", holder));
  }

  @Test
  void aCorruptShardWithoutThePackCostsMShardsAndOne() throws Exception {
    PackId pack = large();
    OwnerId holder = holders(pack).get(1);
    SealedShard before = partners.kept.get(holder).get(new ShardName(pack, CODE, 1));
    byte[] sealed = before.sealed().clone();
    ShardName name = damage(pack, 1);
    partners.kept.get(holder).remove(name);
    drive.packs.delete(pack);
    drive.engine.wrongShards().found(name, holder);
    repairAll();
    assertEquals((long) CODE.m() * blocks.get(pack), blocksRead(pack));
    assertEquals(1, partners.count("put"));
    assertArrayEquals(sealed, partners.kept.get(holder).get(name).sealed(), "the same bytes");
  }

  @Test
  void shardsTooCloseTogetherAreSentOnceEachAndNothingIsRead() throws Exception {
    PackId pack = large();
    OwnerId first = holders(pack).get(0);
    OwnerId second = holders(pack).get(1);
    for (int i = 0; i < 5; i++) {
      OwnerId each = PackTestPartners.owner(i);
      if (each.equals(first) || each.equals(second)) {
        near(i, "198.51.100.7");
      }
    }
    long close = blocks.keySet().stream().filter(id -> both(id, first, second)).count();
    drive.engine.moving().tick(); // sees where they are now
    clock.advance(Mover.SETTLED);
    repairAll();
    assertEquals(0, blocksRead());
    assertEquals(close, partners.count("put"));
  }

  private boolean both(PackId pack, OwnerId first, OwnerId second) {
    try {
      return holders(pack).containsAll(List.of(first, second));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
