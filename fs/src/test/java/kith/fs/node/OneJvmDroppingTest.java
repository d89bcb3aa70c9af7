package kith.fs.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerKey;
import kith.codec.PackKind;
import kith.codec.ShardName;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import kith.index.HeldShard;
import kith.index.HoldingStore;
import kith.index.Table;
import kith.index.Update;
import kith.peer.Farewell;
import kith.peer.OwnerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes: what a drive does not need any more goes at its partners, and nothing else. */
final class OneJvmDroppingTest {
  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  /** An owner with partners, and files each of which has a pack of its own. */
  private void start(int partners, int files) throws Exception {
    net = new OneJvm(folder, 5);
    owner = add();
    for (int i = 0; i < partners; i++) {
      OneJvm.befriend(owner, add());
    }
    for (int i = 0; i < files; i++) {
      byte[] content = new byte[700_000 + i];
      new Random(i).nextBytes(content);
      OneJvm.write(owner.files(), FileSystem.ROOT, "file" + i, content);
      assertTrue(net.publish(owner));
    }
    owner.core.greet();
  }

  private OneJvm.Member add() throws Exception {
    return net.add(null, null, new OneJvm.Where("203." + net.members.size() + ".0.1", null));
  }

  /** What duties do; returns how many shards were dropped. */
  private int round() throws Exception {
    NodeCore core = owner.core;
    core.greet();
    core.leaving().tick();
    core.engine().moving().tick();
    core.engine().shipTick();
    core.engine().reclaimTick();
    if (core.engine().behind()) {
      net.publish(owner);
    }
    int dropped = core.dropping().tick();
    for (OneJvm.Member member : net.members) {
      member.core.holdings().emptyTrash(net.clock.millis());
    }
    return dropped;
  }

  /** Rounds some minutes apart, at which all that waits for heads is done. */
  private int rounds() throws Exception {
    int dropped = 0;
    for (int i = 0; i < 8; i++) {
      dropped += round();
      net.clock.advance(Duration.ofMinutes(16));
    }
    return dropped;
  }

  private int days(int days) throws Exception {
    int dropped = 0;
    for (int half = 0; half < 2 * days; half++) {
      net.clock.advance(Duration.ofHours(12));
      dropped += round();
    }
    return dropped;
  }

  private long usedThere() throws IOException {
    long used = 0;
    for (OneJvm.Member member : net.members) {
      used += member.core.holdings().usedBytes(owner.owner());
    }
    return used;
  }

  private long trashThere() throws IOException {
    long trash = 0;
    for (OneJvm.Member member : net.members) {
      trash += member.core.holdings().trashBytes(owner.owner());
    }
    return trash;
  }

  private void removeFiles(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      owner.files().unlink(FileSystem.ROOT, FileName.of("file" + i));
    }
  }

  private void assertRestored() throws Exception {
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    try (ViewCore view = net.view(net.kit(owner, CodeParameters.of(2, 1)))) {
      assertEquals(written, live(view));
    }
  }

  private static Map<String, String> live(ViewCore view) throws IOException {
    FileSystem fs = view.session().fileSystem(OneJvm.ME);
    return OneJvm.listing(fs, fs.lookup(FileSystem.ROOT, FileName.of("live")).inode());
  }

  @Test
  void whatWasReclaimedIsDroppedAtPartnersAndItsSpaceIsBackAfterFourteenDays() throws Exception {
    start(4, 20);
    days(20); // former trees and indexes are dropped, too
    long before = usedThere();
    long trash = trashThere();
    removeFiles(2);
    assertTrue(rounds() >= 6);
    assertTrue(trashThere() - trash > 2 * 700_000, trashThere() + " bytes in the trash");
    trash = trashThere();
    PartnerInfo shown = report(1);
    assertEquals(net.members.get(1).core.holdings().trashBytes(owner.owner()), shown.trashOfOurs());
    assertEquals(net.members.get(1).core.holdings().usedBytes(owner.owner()), shown.usedByUs());
    assertRestored();
    days(10);
    assertTrue(trashThere() >= trash);
    days(5);
    assertTrue(usedThere() < before - 2 * 700_000, usedThere() + " of " + before);
    assertRestored();
    owner.stop();
    owner.start();
    days(15);
    assertRestored();
    assertTrue(usedThere() < before - 2 * 700_000);
  }

  private PartnerInfo report(int member) throws IOException {
    var report = new NodeReport(null, owner.core, net.clock.instant());
    return report.partner(owner.core.book().find(net.members.get(member).owner()).orElseThrow());
  }

  /** As {@code kith prune --all} signs. */
  private PruneInfo pruned() throws Exception {
    NodePrune prune = owner.core.dropping().prune();
    PruneInfo info = prune.run(true, List.of());
    for (int i = 0; i < 20 && !info.toSign().isEmpty(); i++) {
      List<String> signed = new ArrayList<>();
      for (String keepSet : info.toSign()) {
        byte[] bytes = HexFormat.of().parseHex(keepSet);
        var key = OwnerKey.derive(owner.root);
        signed.add(HexFormat.of().formatHex(OwnerRecord.keepSetOverride(key, bytes).toBytes()));
      }
      info = prune.run(true, signed);
    }
    return info;
  }

  @Test
  @UnexpectedLogs.Expected("by its owner key")
  void withTheOwnerKeyEverythingThatNothingNeedsGoesAtOnce() throws Exception {
    start(4, 10);
    rounds();
    removeFiles(8);
    rounds(); // a fifth may go
    PruneInfo before = owner.core.dropping().prune().run(false, List.of());
    assertTrue(before.toSign().isEmpty());
    assertTrue(before.partners().stream().anyMatch(line -> line.unneeded() > 500_000), before + "");
    long used = usedThere();
    PruneInfo after = pruned();
    assertEquals(List.of(), after.toSign());
    assertTrue(after.partners().stream().allMatch(line -> line.unneeded() == 0), after + "");
    assertTrue(trashThere() > used / 2, trashThere() + " of " + used);
    assertRestored();
    days(16);
    assertTrue(usedThere() < used / 2);
    assertRestored();
    String foreign =
        HexFormat.of()
            .formatHex(
                Farewell.sign(OwnerKey.derive(owner.root), true, net.clock.instant()).toBytes());
    assertThrows(
        CorruptDataException.class,
        () -> owner.core.dropping().prune().run(true, List.of(foreign)));
  }

  @Test
  void shardsOfAnOldCodeAreDroppedSlowlyAtThoseWhoStay() throws Exception {
    start(3, 12);
    days(1);
    long before = usedThere();
    CodeParameters old = owner.core.engine().code().orElseThrow();
    for (int i = 0; i < 2; i++) {
      OneJvm.befriend(owner, add());
    }
    rounds();
    assertFalse(old.equals(owner.core.engine().code().orElseThrow()));
    long most = usedThere();
    assertTrue(most > before * 3 / 2, most + " after " + before);
    for (OneJvm.Member member : net.members) {
      HoldingStore store = member.core.holdings();
      assertTrue(
          store.trashBytes(owner.owner()) <= store.usedBytes(owner.owner()) / 5,
          "slower than the breaker");
    }
    assertRestored();
    for (int i = 0; i < 12; i++) {
      days(15);
    }
    assertTrue(usedThere() < most * 2 / 3, usedThere() + " of " + most);
    assertRestored();
  }

  @Test
  @UnexpectedLogs.Expected("found-in-trash")
  void whatAViewReadsInTheTrashIsServedKeptAndAlarmsTheOwner() throws Exception {
    start(4, 20);
    Map<String, String> old = OneJvm.listing(owner.files(), FileSystem.ROOT);
    try (ViewCore view = net.view(net.kit(owner, CodeParameters.of(2, 1)))) {
      removeFiles(2);
      assertTrue(rounds() >= 6);
      long trash = trashThere();
      assertEquals(old, live(view));
      assertTrue(trashThere() < trash, "some is kept again");
    }
    rounds();
    assertFalse(owner.core.dropping().alarms().isEmpty());
    var warnings = new MovingWarnings(owner.core).all(new MovingInfo(0, 0, 0));
    assertTrue(warnings.get(0).contains("were read there"), warnings.toString());
    long used = usedThere();
    days(12);
    assertFalse(owner.core.dropping().alarms().isEmpty());
    assertTrue(usedThere() <= used + 100_000);
    days(30);
    assertTrue(owner.core.dropping().alarms().isEmpty());
    assertEquals(0, trashThere());
    assertRestored();
  }

  @Test
  @UnexpectedLogs.Expected("dropped-but-needed|dropped 1 shards")
  void whatAThiefDroppedThoughItIsNeededIsPutAgain() throws Exception {
    start(4, 20);
    rounds();
    HoldingStore there = net.members.get(1).core.holdings();
    ShardName victim =
        there.list(owner.owner(), null, 1000).stream()
            .max(Comparator.comparingLong(HeldShard::sealedLength))
            .orElseThrow()
            .name();
    there.drop(owner.owner(), victim, net.clock.millis());
    rounds();
    assertTrue(there.find(owner.owner(), victim).isPresent());
    assertTrue(there.findTrash(owner.owner(), victim).isEmpty());
    assertRestored();
  }

  @Test
  void nothingIsDroppedWhereChangesOfTheIndexWereLost() throws Exception {
    start(4, 20);
    rounds();
    long trash = trashThere();
    removeFiles(2);
    owner.stop();
    var rows = owner.storage.rows(() -> {});
    var lost = new Update().put(Table.META, "drops.stopped".getBytes(UTF_8), new byte[0]);
    rows.apply(lost.delete(Table.META, "whole".getBytes(UTF_8)));
    rows.sync();
    owner.start();
    assertEquals(
        0,
        owner.core.dropping().tick(),
        "not before all that is referred to was found to be known");
    assertTrue(owner.core.dropping().isStopped());
    assertEquals(trash, trashThere());
    assertTrue(rounds() >= 6, "it recovers by itself");
    assertFalse(owner.core.dropping().isStopped());
    assertRestored();
  }

  @Test
  @UnexpectedLogs.Expected("reclaim-stopped")
  void nothingIsDroppedAsLongAsAPackIsReferredToAndNotKnown() throws Exception {
    start(4, 20);
    rounds();
    owner.stop();
    var rows = owner.storage.rows(() -> {});
    byte[][] row = {null};
    rows.scan(
        Table.PACKS,
        new byte[0],
        null,
        (key, value) -> {
          boolean data = value[1] == PackKind.DATA.tag(); // without an index nothing is published
          row[0] = data ? key : row[0];
          return true;
        });
    var lost = new Update().put(Table.META, "drops.stopped".getBytes(UTF_8), new byte[0]);
    rows.apply(lost.delete(Table.META, "whole".getBytes(UTF_8)).delete(Table.PACKS, row[0]));
    rows.sync();
    Files.delete(owner.home.resolve("packs").resolve(HexFormat.of().formatHex(row[0]) + ".pack"));
    long trash = trashThere();
    owner.start();
    for (int i = 0; i < 3; i++) {
      assertEquals(0, rounds());
      assertTrue(owner.core.dropping().isStopped());
    }
    assertEquals(trash, trashThere());
  }
}
