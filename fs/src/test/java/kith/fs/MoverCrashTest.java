package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.CrashDisk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Staging;
import org.junit.jupiter.api.Test;

/** A node that dies at any write while shards move away from one who leaves, and goes on. */
final class MoverCrashTest {
  private static final Path STAGING = Path.of("/staging");
  private static final Path PACKS = Path.of("/packs");
  private static final OwnerId LEAVING = PackTestPartners.owner(1);

  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private CrashDisk disk;
  private MemoryStorage storage;
  private PackTestPartners partners;
  private DriveFixture drive;
  private Map<String, String> written;

  private void publishSome() throws Exception {
    disk = new CrashDisk();
    disk.makeDirectory(STAGING);
    disk.makeDirectory(PACKS);
    storage = new MemoryStorage();
    partners = new PackTestPartners(5);
    drive =
        new DriveFixture(
            () -> {
              Staging staging = new Staging(disk, STAGING);
              return new DriveFixture.Disks.Opened(
                  storage.rows(staging), staging, new PackStore(disk, PACKS), () -> {});
            },
            partners,
            clock);
    byte[] content = new byte[300_000];
    new Random(3).nextBytes(content);
    drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    written = DriveFixture.listing(drive.fs, FileSystem.ROOT, false);
  }

  /** Moves everything and publishes it. */
  private void moveAll() throws Exception {
    for (int i = 0; i < 12; i++) {
      drive.engine.moving().tick();
      drive.engine.shipTick();
      clock.advance(Duration.ofSeconds(70));
    }
    drive.publish();
  }

  private boolean diesAt(int write, boolean stored) throws Exception {
    int[] seen = {0};
    boolean[] dead = {false};
    storage.duringWrite(
        () -> {
          if (dead[0]) {
            throw new IOException("a dead node writes nothing");
          }
          if (seen[0]++ == write) {
            dead[0] = true;
            if (!stored) {
              throw new IOException("killed before it was stored");
            }
          }
        });
    try {
      moveAll();
    } catch (IOException | KithException | AssertionError e) {
      assertTrue(dead[0], e.toString());
    }
    storage.duringWrite(() -> {});
    return dead[0];
  }

  /** Each shard is with one of those who stay, and nobody has another's. */
  private void assertOnce(String when) throws IOException {
    assertFalse(HolderUsage.named(drive.rows).contains(LEAVING), when);
    Set<ShardName> seen = new HashSet<>();
    for (Map.Entry<OwnerId, Map<ShardName, kith.codec.SealedShard>> each :
        partners.kept.entrySet()) {
      if (!each.getKey().equals(LEAVING)) {
        for (ShardName shard : each.getValue().keySet()) {
          boolean live = PackRows.live(drive.rows, shard.pack()).isPresent();
          assertTrue(!live || seen.add(shard), when + ": " + shard + " is there twice");
        }
      }
    }
  }

  private void atEachWrite(boolean stored) throws Exception {
    boolean died = true;
    int write = 0;
    for (; died; write++) {
      publishSome();
      partners.leave(LEAVING);
      died = diesAt(write, stored);
      String when = "killed at write " + write;
      disk.restart(PackTestNode.random(write));
      drive = drive.afterCrash();
      moveAll();
      assertOnce(when);
      assertTrue(drive.engine.moving().clearOf(LEAVING).isPresent(), when);
      partners.behave(LEAVING, PackTestPartners.Manner.DEAD);
      partners.kept.get(LEAVING).clear();
      FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
      long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      assertEquals(written, DriveFixture.listing(view, live, false), when);
      drive.close();
    }
    assertTrue(write > 5, write + " writes");
  }

  @Test
  void killedBeforeAnyWriteIsStored() throws Exception {
    atEachWrite(false);
  }

  @Test
  void killedAfterAnyWriteIsStored() throws Exception {
    atEachWrite(true);
  }
}
