package kith.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders that no longer have what they acknowledged; the code is 2 + 1, of four partners. */
final class WrongShardTest {
  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final PackTestPartners partners = new PackTestPartners(4);
  private final byte[] content = new byte[3 << 20];
  private DriveFixture drive;
  private PackId pack;
  private long inode;

  @BeforeEach
  void publishOneFile() throws Exception {
    drive = new DriveFixture(folder, partners, clock);
    new Random(5).nextBytes(content);
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    PackRows.visit(drive.rows, (id, row) -> pack = row.kind() == PackKind.DATA ? id : pack);
    assertEquals("full", state());
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private String state() throws IOException {
    return new String(
        drive.fs.xattr(inode, "user.kith.state".getBytes(UTF_8)).orElseThrow(), UTF_8);
  }

  private OwnerId holder(int index) throws IOException {
    PackRow row = PackRows.pack(drive.rows, pack).orElseThrow();
    return PackRows.shards(drive.rows, pack, row.code().orElseThrow()).get(index).holder();
  }

  private void lose(int index) throws IOException {
    PackRow row = PackRows.pack(drive.rows, pack).orElseThrow();
    partners.kept.get(holder(index)).remove(new ShardName(pack, row.code().orElseThrow(), index));
  }

  /** The pack leaves this machine, and everything is read. */
  private void readFromPartners() throws IOException {
    drive.packs.delete(pack);
    drive = drive.reopen();
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode));
  }

  private void runAll() throws Exception {
    for (int i = 0; i < 20; i++) {
      drive.engine.shipTick();
      drive.runDuties();
    }
  }

  private boolean isSuspect(int index) throws IOException {
    PackRow row = PackRows.pack(drive.rows, pack).orElseThrow();
    ShardRow shard = PackRows.shards(drive.rows, pack, row.code().orElseThrow()).get(index);
    return shard.state() == ShardState.SUSPECT;
  }

  @Test
  void countsNoMoreAndIsMadeAgainFromTheOthers() throws Exception {
    lose(0);
    readFromPartners();
    drive.engine.shipTick();
    assertTrue(isSuspect(0));
    assertEquals("degraded", state());
    assertTrue(drive.events.get(0).startsWith("corrupt-shard"), drive.events.toString());
    OwnerId before = holder(0);
    runAll();
    assertEquals("full", state());
    assertEquals(before, holder(0), "the same holder has it again");
    lose(1);
    drive.packs.delete(pack);
    drive = drive.reopen();
    assertArrayEquals(
        content, DriveFixture.read(drive.fs, inode), "from the one that was put again");
  }

  @Test
  void isPutAgainFromThePackThatIsHere() throws Exception {
    lose(0);
    byte[] bytes = drive.packs.readAll(pack);
    readFromPartners();
    drive.packs.replace(pack, bytes);
    long gets = partners.count("get");
    runAll();
    assertEquals("full", state());
    assertEquals(gets, partners.count("get"), "nothing was fetched");
  }

  @Test
  void isNotGivenUpAtOnceWhenTooManyAreWrong() throws Exception {
    List<OwnerId> ill = new ArrayList<>(List.of(holder(0), holder(1)));
    ill.forEach(partner -> partners.behave(partner, PackTestPartners.Manner.CORRUPT));
    drive.packs.delete(pack);
    drive = drive.reopen();
    assertThrows(IOException.class, () -> DriveFixture.read(drive.fs, inode));
    runAll();
    assertEquals("degraded", state());
    ill.forEach(partner -> partners.behave(partner, PackTestPartners.Manner.GOOD));
    clock.advance(Duration.ofMinutes(11));
    runAll();
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode));
    runAll();
    assertEquals("full", state());
  }

  @Test
  void isNotGivenUpBecauseTheClockJumps() throws Exception {
    for (int i = 0; i < 2; i++) {
      lose(i);
    }
    drive.packs.delete(pack);
    drive = drive.reopen();
    assertThrows(IOException.class, () -> DriveFixture.read(drive.fs, inode));
    runAll();
    clock.advance(Duration.ofDays(400));
    runAll();
    assertTrue(
        drive.events.stream().noneMatch(event -> event.startsWith("pack-lost")),
        drive.events.toString());
    assertEquals("degraded", state());
  }
}
