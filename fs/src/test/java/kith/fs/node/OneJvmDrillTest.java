package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import kith.codec.CodeParameters;
import kith.fs.DrillTotals;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import kith.index.Table;
import kith.index.Update;
import kith.peer.MessageKind;
import kith.peer.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files restored from the partners alone, with whole nodes. */
final class OneJvmDrillTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final DrillRequest ALL = new DrillRequest(null, 100.0);
  private static final int FILES = 6;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private NodeDrill drill;

  @BeforeEach
  void start() throws Exception {
    net = new OneJvm(folder, 21);
    owner = net.add(CODE);
    for (int i = 0; i < 3; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    FileSystem fs = owner.files();
    for (int i = 0; i < FILES - 1; i++) {
      OneJvm.write(fs, FileSystem.ROOT, "file" + i, noise(i, 1 + i * 150_000));
    }
    long sparse = OneJvm.write(fs, FileSystem.ROOT, "sparse", noise(9, 1000));
    FileSystem.Opened file = fs.open(sparse, true);
    fs.write(file.handle(), 3_000_000, ByteBuffer.wrap(noise(10, 70_000)));
    fs.release(file.handle());
    OneJvm.write(fs, FileSystem.ROOT, "empty", new byte[0]);
    assertTrue(net.publish(owner));
    drill = new NodeDrill(owner.core);
  }

  @AfterEach
  void close() throws Exception {
    drill.close();
    net.close();
  }

  private static byte[] noise(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private DrillResult drillAll() throws Exception {
    return drill.run(ALL, ProgressSink.NONE);
  }

  private String drilled(String name) throws IOException {
    long inode = owner.files().lookup(FileSystem.ROOT, FileName.of(name)).inode();
    byte[] attribute = "user.kith.drilled".getBytes(StandardCharsets.UTF_8);
    return new String(owner.files().xattr(inode, attribute).orElseThrow(), StandardCharsets.UTF_8);
  }

  private DrillTotals totals() throws IOException {
    return owner.core.engine().drilled().orElseThrow();
  }

  private void restart() throws Exception {
    drill.close();
    owner.stop();
    owner.start();
    drill = new NodeDrill(owner.core);
  }

  private void assertAllCameBack(DrillResult result) {
    assertEquals(List.of(), result.failed());
    assertEquals(FILES, result.drilled().files());
    assertEquals(0, result.skipped() + result.left());
  }

  @Test
  void whatComesBackIsStampedAndTheStampsSurviveARestart() throws Exception {
    assertEquals("never", drilled("file1"));
    DrillResult result = drillAll();
    assertAllCameBack(result);
    assertEquals(List.of(), result.told());
    String now = net.clock.instant().toString();
    for (String name : List.of("file0", "file4", "sparse")) {
      assertEquals(now, drilled(name));
    }
    assertEquals("never", drilled("empty"), "there is nothing to restore");
    assertEquals(new DrillTotals(net.clock.instant(), FILES, FILES, 0), totals());
    restart();
    assertEquals(now, drilled("file4"));
    assertEquals(FILES, totals().drilled());
  }

  @Test
  void aFileThatChangedIsNotDrilledAsItIs() throws Exception {
    drillAll();
    long inode = owner.files().lookup(FileSystem.ROOT, FileName.of("file2")).inode();
    FileSystem.Opened file = owner.files().open(inode, true);
    owner.files().write(file.handle(), 5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    owner.files().release(file.handle());
    assertEquals("never", drilled("file2"));
    DrillResult unpublished = drillAll();
    assertEquals(FILES - 1, unpublished.drilled().files());
    assertEquals(1, unpublished.skipped());
    assertTrue(net.publish(owner));
    assertAllCameBack(drillAll());
    assertEquals(net.clock.instant().toString(), drilled("file2"));
  }

  /** Everything of this machine's packs is spoilt: whoever looked at one would notice. */
  @Test
  void nothingOfThisMachineIsAsked() throws Exception {
    try (Stream<Path> packs = Files.walk(owner.home.resolve("packs"))) {
      for (Path pack : packs.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(pack);
        Arrays.fill(bytes, (byte) 7);
        Files.write(pack, bytes);
      }
    }
    net.network.resetCounts();
    assertAllCameBack(drillAll());
    long asked = net.network.count(MessageKind.GET);
    assertTrue(asked > FILES, asked + " reads at partners");
    assertAllCameBack(drillAll());
    assertEquals(2 * asked, net.network.count(MessageKind.GET), "nor what an earlier drill read");
  }

  @Test
  @UnexpectedLogs.Expected("wrong|seal|damaged|lost")
  void oneWhoLiesIsToldAndTheOthersMakeItGood() throws Exception {
    OneJvm.Member liar = net.members.get(1);
    net.network.tamper(liar.owner(), OneJvmDrillTest::flipped);
    DrillResult result = drillAll();
    assertAllCameBack(result);
    assertFalse(result.told().isEmpty(), "what he did is told");
  }

  @Test
  @UnexpectedLogs.Expected("drill-failed|corrupt-shard|wrong|needs|shards")
  void whatCannotBeReadIsNamedAndTriedAgain() throws Exception {
    lie(true);
    DrillResult result = drillAll();
    assertEquals(FILES, result.failures());
    assertTrue(
        result.failed().stream().map(ProblemInfo::path).toList().contains("file3"),
        result.failed().toString());
    assertEquals("failed " + net.clock.instant(), drilled("file3"));
    assertEquals(FILES, totals().failed());
    var status =
        new NodeReport(
                new NodeStart(owner.home, owner.config, owner.secrets, null),
                owner.core,
                net.clock.instant())
            .status(null);
    assertTrue(
        status.warnings().stream().anyMatch(each -> each.contains("6 files did not come back")),
        status.warnings().toString());
    lie(false);
    net.clock.advance(Duration.ofDays(1));
    while (drill.tick() > 0) {
      assertTrue(drilled("empty").equals("never"));
    }
    assertEquals(net.clock.instant().toString(), drilled("file3"));
    assertEquals(new DrillTotals(net.clock.instant(), FILES, FILES, 0), totals());
  }

  private void lie(boolean whether) {
    for (OneJvm.Member liar : net.members.subList(1, 3)) {
      net.network.tamper(liar.owner(), whether ? OneJvmDrillTest::flipped : null);
    }
  }

  /** Whatever is read is another byte. */
  private static byte[] flipped(Request request, byte[] reply) {
    byte[] changed = reply.clone();
    if (request instanceof Request.Get) {
      changed[changed.length - 1] ^= 1;
    }
    return changed;
  }

  @Test
  @UnexpectedLogs.Expected("cannot be read|needs|shards")
  void thatPartnersAreAwaySaysNothingOfAFile() throws Exception {
    DrillResult before = drill.run(new DrillRequest(1L, null), ProgressSink.NONE);
    assertEquals(0, before.failures());
    net.network.kill(net.members.get(1).owner());
    net.network.kill(net.members.get(2).owner());
    DrillResult result = drillAll();
    assertEquals(FILES, result.failures(), "whoever asks is told that they did not come back");
    assertTrue(result.failed().get(0).reason().contains("cannot be read now"), "why");
    assertEquals(0, totals().failed());
    assertEquals(1, totals().drilled(), "what was whole before still is");
    net.clock.advance(Duration.ofDays(366));
    assertEquals(0, drill.tick(), "no more today");
    assertEquals(0, totals().failed());
  }

  /** The partners' tree is whole, and yet not what was written. */
  @Test
  @UnexpectedLogs.Expected("drill-failed: file4: has other bytes at 0")
  void whatWasWrittenIsWhatIsComparedWith() throws Exception {
    long inode = owner.files().lookup(FileSystem.ROOT, FileName.of("file4")).inode();
    drill.close();
    owner.stop();
    try (var rows = owner.storage.rows(() -> {})) {
      byte[] key = ByteBuffer.allocate(16).putLong(inode).putLong(0).array();
      byte[] extent = rows.get(Table.EXTENTS, key);
      extent[9] ^= 1; // the first byte of the chunk's key
      rows.apply(new Update().put(Table.EXTENTS, key, extent));
      rows.sync();
    }
    owner.start();
    drill = new NodeDrill(owner.core);
    DrillResult result = drillAll();
    assertEquals(1, result.failures());
    assertEquals("file4", result.failed().get(0).path());
  }

  @Test
  void everyFileIsDrilledWithinAYearAlsoOverARestart() throws Exception {
    int[] days = {0, 0};
    for (int day = 0; day < 365; day++) {
      net.clock.advance(Duration.ofDays(1));
      if (day == 200) {
        restart();
      }
      int drills = 0;
      while (drill.tick() > 0) {
        drills++;
      }
      days[drills == 0 ? 0 : 1]++;
    }
    assertTrue(days[1] >= 2 && days[1] <= FILES, "spread over the year: " + Arrays.toString(days));
    for (String name : List.of("file0", "file1", "file2", "file3", "file4", "sparse")) {
      assertFalse(drilled(name).equals("never"), name);
    }
    assertEquals(FILES, totals().drilled());
  }

  @Test
  void askedForIsANumberOrAShare() throws Exception {
    assertEquals(2, drill.run(new DrillRequest(2L, null), ProgressSink.NONE).drilled().files());
    assertEquals(3, drill.run(new DrillRequest(null, 40.0), ProgressSink.NONE).drilled().files());
    assertEquals(
        FILES, drill.run(new DrillRequest(null, null), ProgressSink.NONE).drilled().files());
  }
}
