package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardName;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.OperatingSystem;
import kith.peer.conduct.RepairOrder;
import kith.peer.conduct.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Placed shards whose holders leave, are gone, or are too near each other; the code is 2 + 1. */
final class MoverTest {
  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final PackTestPartners partners = new PackTestPartners(4);
  private final byte[] content = new byte[3 << 20];
  private DriveFixture drive;
  private long inode;

  @BeforeEach
  void publishOneFile() throws Exception {
    for (int i = 0; i < 4; i++) {
      near(i, "203.0." + i + ".1");
    }
    drive = new DriveFixture(folder, partners, clock);
    new Random(5).nextBytes(content);
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private void near(int number, String address) {
    partners.where(PackTestPartners.owner(number), Set.of(NetworkPrefix.of(address)));
  }

  private PackId data() throws IOException {
    PackId[] found = new PackId[1];
    PackRows.visit(drive.rows, (id, row) -> found[0] = row.kind() == PackKind.DATA ? id : found[0]);
    return found[0];
  }

  private List<OwnerId> holders(PackId pack) throws IOException {
    PackRow row = PackRows.pack(drive.rows, pack).orElseThrow();
    return PackRows.shards(drive.rows, pack, row.code().orElseThrow()).stream()
        .map(ShardRow::holder)
        .toList();
  }

  /** One who has a shard of the file's content, and of another pack. */
  private OwnerId holderOfTwo() throws IOException {
    Map<OwnerId, Integer> counts = new HashMap<>();
    PackRows.visit(
        drive.rows, (id, row) -> holders(id).forEach(each -> counts.merge(each, 1, Integer::sum)));
    return holders(data()).stream().filter(each -> counts.get(each) > 1).findFirst().orElseThrow();
  }

  private int moveAll() throws Exception {
    int moved = 0;
    for (int i = 0; i < 50; i++) {
      moved += drive.engine.moving().tick();
      drive.engine.shipTick();
      clock.advance(Mover.UNHURRIED);
    }
    return moved;
  }

  private void assertPlacedWithout(OwnerId gone) throws IOException {
    assertFalse(HolderUsage.named(drive.rows).contains(gone));
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          assertEquals(PackState.PLACED, row.state());
          List<OwnerId> holders = holders(id);
          assertEquals(holders.size(), new HashSet<>(holders).size(), "distinct holders");
        });
    assertEquals(new MoveProgress(0, 0, 0), drive.engine.moving().progress());
  }

  /** Reads the drive from the last head, without the local packs and without one partner. */
  private void assertRestored(OwnerId without) throws Exception {
    partners.kept.get(without).clear();
    partners.behave(without, PackTestPartners.Manner.DEAD);
    RestoreSession session = drive.restore();
    Map<String, String> there = DriveFixture.listing(session.fileSystem(DriveFixture.ME), 1, false);
    assertTrue(
        there.keySet().stream().anyMatch(path -> path.endsWith("/f")), there.keySet().toString());
    drive.packs.delete(data());
    drive = drive.reopen();
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode));
  }

  @Test
  void shardsOfOneWhoLeavesGoToOthersAndTheNextHeadNamesThem() throws Exception {
    OwnerId leaving = holders(data()).get(1);
    assertEquals(0, moveAll());
    partners.leave(leaving);
    MoveProgress before = drive.engine.moving().progress();
    assertTrue(before.packs() > 0 && before.bytes() > 1 << 20 && before.stuck() == 0);
    assertTrue(moveAll() > 0);
    assertTrue(drive.engine.behind());
    assertTrue(drive.engine.moving().clearOf(leaving).isEmpty(), "the head names him yet");
    drive.publish();
    assertPlacedWithout(leaving);
    assertTrue(drive.engine.moving().clearOf(leaving).isPresent());
    assertFalse(drive.engine.behind());
    assertRestored(leaving);
  }

  @Test
  void aPackThatIsNotHereIsMadeFromTheOthersAndStaysAway() throws Exception {
    PackId pack = data();
    OwnerId leaving = holders(pack).get(0);
    drive.packs.delete(pack);
    partners.behave(leaving, PackTestPartners.Manner.DEAD);
    partners.leave(leaving);
    assertTrue(moveAll() > 0);
    assertFalse(drive.packs.exists(pack), "it had made room");
    drive.publish();
    assertPlacedWithout(leaving);
    assertRestored(leaving);
  }

  @Test
  void whereThereIsNoSpareNothingMovesAndItIsSaid() throws Exception {
    OwnerId leaving = holders(data()).get(0);
    for (int i = 0; i < 4; i++) {
      OwnerId other = PackTestPartners.owner(i);
      if (!holders(data()).contains(other)) {
        partners.leave(other);
      }
    }
    moveAll();
    drive.publish();
    assertEquals(new MoveProgress(0, 0, 0), drive.engine.moving().progress());
    partners.leave(leaving);
    MoveProgress progress = drive.engine.moving().progress();
    assertTrue(progress.packs() > 0);
    assertEquals(progress.packs(), progress.stuck());
    assertEquals(0, moveAll());
    assertTrue(drive.engine.moving().clearOf(leaving).isEmpty());
  }

  @Test
  void whoIsGoneForLongerThanHisGraceIsReplacedAndWhoIsAwayIsNot() throws Exception {
    OwnerId away = holders(data()).get(2);
    partners.behave(away, PackTestPartners.Manner.DEAD);
    clock.advance(Duration.ofDays(20));
    assertEquals(0, moveAll());
    partners.behave(away, PackTestPartners.Manner.GOOD);
    assertEquals(0, moveAll());
    partners.behave(away, PackTestPartners.Manner.DEAD);
    partners.stands(away, Standing.Level.SUSPECTED, Duration.ofDays(6));
    assertEquals(0, moveAll(), "he may yet return");
    partners.gone(away);
    assertTrue(moveAll() > 0);
    drive.publish();
    assertPlacedWithout(away);
    assertRestored(away);
  }

  @Test
  void whatADoubtedPartnerHasIsMadeElsewhereWithoutHaste() throws Exception {
    partners.add(4);
    near(4, "203.0.4.1");
    drive.close();
    drive = new DriveFixture(folder.resolve("wide"), partners, clock, CodeParameters.of(2, 2));
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    OwnerId doubted = holderOfTwo();
    partners.behave(doubted, PackTestPartners.Manner.DEAD);
    partners.stands(doubted, Standing.Level.SUSPECTED, Duration.ofDays(8));
    assertEquals(1, drive.engine.moving().tick());
    assertEquals(0, drive.engine.moving().tick(), "one after the other");
    clock.advance(Mover.UNHURRIED);
    assertEquals(1, drive.engine.moving().tick());
    moveAll();
    drive.publish();
    assertPlacedWithout(doubted);
    partners.behave(doubted, PackTestPartners.Manner.GOOD);
    partners.stands(doubted, Standing.Level.KEEPS, Duration.ZERO);
    assertEquals(0, moveAll(), "what is elsewhere now stays there");
    assertRestored(doubted);
  }

  @Test
  void whereTheCodeBearsMoreOneDoubtedPartnerAloneIsWaitedFor() throws Exception {
    for (int i = 4; i < 7; i++) {
      partners.add(i);
      near(i, "203.0." + i + ".1");
    }
    drive.close();
    drive = new DriveFixture(folder.resolve("wide"), partners, clock, CodeParameters.of(2, 3));
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    OwnerId doubted = holders(data()).get(2);
    OwnerId other = holders(data()).get(4);
    partners.stands(doubted, Standing.Level.SUSPECTED, Duration.ofDays(8));
    drive.engine.moving().hurry();
    assertEquals(0, moveAll(), "most come back");
    RepairPlan waiting = drive.engine.moving().repairs();
    assertTrue(waiting.lines().stream().allMatch(RepairPlan.Line::waits), waiting.toString());
    assertTrue(waiting.shards() > 0 && waiting.due().shards() == 0);
    partners.stands(other, Standing.Level.SUSPECTED, Duration.ofDays(8));
    assertTrue(moveAll() > 0);
  }

  @Test
  void whatIsToBeRepairedIsToldByWhyAndWhen() throws Exception {
    OwnerId gone = holders(data()).get(0);
    OwnerId lossy = holders(data()).get(1);
    partners.gone(gone);
    partners.kept.get(lossy).remove(new ShardName(data(), CodeParameters.of(2, 1), 1));
    drive.engine.wrongShards().found(new ShardName(data(), CodeParameters.of(2, 1), 1), lossy);
    partners.behave(lossy, PackTestPartners.Manner.FULL);
    drive.engine.shipTick();
    RepairPlan plan = drive.engine.moving().repairs();
    assertEquals(
        Set.of(RepairPlan.Why.GONE, RepairPlan.Why.LOST),
        plan.lines().stream().map(RepairPlan.Line::why).collect(Collectors.toSet()));
    for (RepairPlan.Line line : plan.lines()) {
      boolean lost = line.why() == RepairPlan.Why.LOST;
      assertEquals(lost ? lossy : gone, line.holder());
      assertEquals(RepairOrder.Haste.NOW, line.haste());
      assertTrue(line.bytes() > line.shards());
    }
    assertEquals(plan, plan.due());
    int spare = plan.lines().get(0).spare();
    assertTrue(plan.lines().stream().allMatch(line -> line.spare() >= spare), plan.toString());
    partners.behave(lossy, PackTestPartners.Manner.GOOD);
    clock.advance(Duration.ofMinutes(5));
    moveAll();
    assertEquals(List.of(), drive.engine.moving().repairs().lines());
  }

  @Test
  void whoHurriesDoesNotWaitBetweenMoves() throws Exception {
    partners.add(4);
    near(4, "203.0.4.1");
    drive.close();
    drive = new DriveFixture(folder.resolve("wide"), partners, clock, CodeParameters.of(2, 2));
    inode = drive.write(FileSystem.ROOT, "f", content);
    drive.publish();
    partners.stands(holders(data()).get(2), Standing.Level.SUSPECTED, Duration.ofDays(8));
    assertEquals(1, drive.engine.moving().tick());
    assertEquals(0, drive.engine.moving().tick(), "one after the other");
    drive.engine.moving().hurry();
    while (drive.engine.moving().tick() > 0) {
      drive.engine.shipTick(); // and the clock stands still
    }
    assertEquals(List.of(), drive.engine.moving().repairs().lines());
  }

  @Test
  void whereOneMoreLossIsOneTooManyDoubtIsEnough() throws Exception {
    OwnerId doubted = holderOfTwo();
    partners.behave(doubted, PackTestPartners.Manner.DEAD);
    partners.stands(doubted, Standing.Level.SUSPECTED, Duration.ofDays(8));
    assertEquals(1, drive.engine.moving().tick());
    assertEquals(1, drive.engine.moving().tick(), "at once");
    moveAll();
    drive.publish();
    assertPlacedWithout(doubted);
    assertRestored(doubted);
  }

  @Test
  void twoInOneHouseholdAreSeparatedOnceThatHasLasted() throws Exception {
    PackId pack = data();
    int first = number(holders(pack).get(0));
    int second = number(holders(pack).get(1));
    near(first, "198.51.100.7");
    near(second, "198.51.100.7");
    assertEquals(0, moveAll(), "they may be on a visit");
    assertFalse(drive.engine.moving().progress().packs() > 0);
    clock.advance(Mover.SETTLED);
    assertTrue(moveAll() > 0);
    assertFalse(holders(pack).containsAll(both(first, second)));
    assertEquals(0, moveAll(), "it is as good as it can be");
    near(second, "198.51.7.7");
    clock.advance(Mover.SETTLED.multipliedBy(2));
    moveAll();
    Set<OwnerId> before = new HashSet<>(holders(pack));
    clock.advance(Mover.SETTLED.multipliedBy(2));
    assertEquals(0, moveAll());
    assertEquals(before, new HashSet<>(holders(pack)));
  }

  /** The one of the four who has no shard of a pack. */
  private OwnerId spare(PackId pack) throws IOException {
    List<OwnerId> holders = holders(pack);
    return partners.kept.keySet().stream()
        .filter(id -> !holders.contains(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoReturnsAndIsVerifiedGetsBackWhatSeparatesBetterThere() throws Exception {
    PackId pack = data();
    OwnerId doubted = holders(pack).get(2);
    OwnerId beside = holders(pack).get(0);
    OwnerId spare = spare(pack);
    near(number(spare), "203.0." + number(beside) + ".1");
    partners.behave(doubted, PackTestPartners.Manner.DEAD);
    partners.stands(doubted, Standing.Level.SUSPECTED, Duration.ofDays(8));
    moveAll();
    drive.publish();
    assertEquals(doubted, spare(pack), "two in one household are better than one too few");
    partners.returns(doubted);
    clock.advance(Mover.SETTLED.multipliedBy(2));
    assertEquals(0, moveAll(), "he has yet to show what he has");
    partners.verified(doubted);
    assertTrue(moveAll() > 0);
    assertTrue(holders(pack).contains(doubted));
    assertFalse(holders(pack).containsAll(List.of(beside, spare)));
    drive.publish();
    assertEquals(new MoveProgress(0, 0, 0), drive.engine.moving().progress());
  }

  @Test
  void whoReturnsGetsNewPacksOnceHeIsVerified() throws Exception {
    OwnerId back = PackTestPartners.owner(1);
    partners.returns(back);
    long before = partners.count("put", back);
    for (int i = 0; i < 4; i++) {
      drive.write(FileSystem.ROOT, "g" + i, new byte[1000 + i]);
      drive.publish();
    }
    assertEquals(before, partners.count("put", back));
    partners.verified(back);
    for (int i = 0; i < 4; i++) {
      drive.write(FileSystem.ROOT, "h" + i, new byte[1000 + i]);
      drive.publish();
    }
    assertTrue(partners.count("put", back) > before);
  }

  @Test
  void twoOnOneSystemAreSeparatedWhereTheCodeBearsTheLossOfOne() throws Exception {
    PackId pack = data();
    List<OwnerId> holders = holders(pack);
    partners.runs(holders.get(0), OperatingSystem.LINUX);
    partners.runs(holders.get(1), OperatingSystem.WINDOWS);
    partners.runs(holders.get(2), OperatingSystem.WINDOWS);
    assertEquals(0, moveAll());
    clock.advance(Mover.SETTLED);
    assertTrue(moveAll() > 0);
    assertFalse(holders(pack).containsAll(holders.subList(1, 3)), "the fourth runs on another");
    assertEquals(0, moveAll(), "it is as good as it can be");
  }

  private static List<OwnerId> both(int first, int second) {
    return List.of(PackTestPartners.owner(first), PackTestPartners.owner(second));
  }

  private static int number(OwnerId owner) {
    for (int i = 0; i < 4; i++) {
      if (PackTestPartners.owner(i).equals(owner)) {
        return i;
      }
    }
    throw new IllegalArgumentException(owner.toString());
  }

  @Test
  void aMoveThatFailsIsTriedWithAnother() throws Exception {
    partners.add(4);
    partners.add(5);
    near(4, "203.0.4.1");
    near(5, "203.0.5.1");
    OwnerId leaving = holders(data()).get(0);
    PackTestPartners.Manner full = PackTestPartners.Manner.FULL;
    partners.behave(PackTestPartners.owner(4), full);
    partners.leave(leaving);
    for (int i = 0; i < 4; i++) {
      moveAll();
      clock.advance(Mover.AGAIN);
    }
    drive.publish();
    assertPlacedWithout(leaving);
    assertEquals(0, partners.kept.get(PackTestPartners.owner(4)).size());
  }

  private MoveCheck without(OwnerId leaving, long freeBytes) throws IOException {
    List<HolderCandidate> able =
        partners.candidates().stream()
            .map(
                of ->
                    new HolderCandidate(
                        of.owner(),
                        freeBytes,
                        false,
                        true,
                        freeBytes,
                        of.networks(),
                        of.system(),
                        Standing.GOOD,
                        true))
            .toList();
    return MoveCheck.without(drive.rows, PackTestNode.fixed(2, 1), able, leaving);
  }

  @Test
  void whatTheOthersHaveRoomForIsCountedPackByPack() throws Exception {
    OwnerId leaving = holderOfTwo();
    MoveCheck roomy = without(leaving, 1L << 40);
    assertTrue(roomy.packs() > 1 && roomy.homeless() == 0, roomy.toString());
    MoveCheck tight = without(leaving, 1 << 20);
    assertEquals(roomy.packs(), tight.packs());
    assertEquals(1, tight.homeless(), "only the pack with the file is larger");
    assertTrue(tight.homelessBytes() > content.length);
    assertEquals(roomy.packs(), without(leaving, 0).homeless());
    partners.add(4);
    assertEquals(0, without(PackTestPartners.owner(4), 0).packs(), "who has nothing may go");
    partners.leave(leaving);
    partners.leave(PackTestPartners.owner(4));
    OwnerId next = PackTestPartners.owner(leaving.equals(PackTestPartners.owner(0)) ? 1 : 0);
    MoveCheck few = without(next, 1L << 40);
    assertEquals(few.packs(), few.homeless(), "the code needs three");
  }

  @Test
  void movesAreGatheredForOneHeadButNotForLong() throws Exception {
    for (int i = 0; i < 5; i++) {
      drive.write(FileSystem.ROOT, "g" + i, new byte[1000 + i]);
      drive.publish();
    }
    partners.leave(holders(data()).get(0));
    assertEquals(1, drive.engine.moving().tick());
    assertFalse(drive.engine.behind(), "there is more to move");
    clock.advance(Mover.GATHER);
    assertTrue(drive.engine.behind());
    assertEquals(1, drive.engine.moving().tick());
    drive.publish();
    assertFalse(drive.engine.behind());
    moveAll();
    assertTrue(drive.engine.behind(), "all has moved");
    drive.publish();
    assertFalse(drive.engine.behind());
  }
}
