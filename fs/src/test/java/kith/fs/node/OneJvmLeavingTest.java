package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Head;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.UnexpectedLogs;
import kith.peer.Leave;
import kith.peer.MessageKind;
import kith.peer.Partner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that are all each other's partners, each with a drive, of which some leave. */
final class OneJvmLeavingTest {
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir Path folder;
  private OneJvm net;
  private final List<Map<String, String>> written = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private OneJvm.Member member(int number) {
    return net.members.get(number);
  }

  /** All are partners of all, have a file of their own, and have published it. */
  private void start(int count) throws Exception {
    net = new OneJvm(folder, 11);
    for (int i = 0; i < count; i++) {
      net.add(null, null, new OneJvm.Where("203." + i + ".0.1", null));
      for (int j = 0; j < i; j++) {
        OneJvm.befriend(member(j), member(i));
      }
    }
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[700_000 + i];
      new Random(i).nextBytes(content);
      OneJvm.write(member(i).files(), FileSystem.ROOT, "of" + i, content);
      written.add(OneJvm.listing(member(i).files(), FileSystem.ROOT));
    }
    for (int i = 0; i < count; i++) {
      assertTrue(net.publish(member(i)));
    }
  }

  private LeaveTerms terms(int partner, LeaveTerms.Kind kind, boolean anyway) {
    return new LeaveTerms(member(partner).owner().toString(), kind, MONTH, anyway);
  }

  private PartnerInfo leave(int who, int whom, LeaveTerms.Kind kind) throws Exception {
    return leave(who, terms(whom, kind, false));
  }

  private PartnerInfo leave(int who, LeaveTerms terms) throws Exception {
    NodeCore core = member(who).core;
    var report = new NodeReport(null, core, net.clock.instant());
    return new NodeNegotiation(core, report).leave(terms);
  }

  /** One round of what duties do; returns how many shards moved. */
  private int round(OneJvm.Member member) throws Exception {
    NodeCore core = member.core;
    core.greet();
    core.leaving().tick();
    int moved = 0;
    if (core.check().passed()) {
      moved = core.engine().moving().tick();
      core.engine().shipTick();
      if (core.engine().code().isPresent() && core.engine().behind()) {
        net.publish(member);
      }
    }
    return moved;
  }

  private int rounds(int count) throws Exception {
    int moved = 0;
    for (int i = 0; i < count; i++) {
      for (OneJvm.Member member : net.members) {
        if (!stopped.contains(member) && !(member.equals(dying) && dead[0])) {
          moved += round(member);
        }
      }
      net.clock.advance(Duration.ofSeconds(61));
    }
    return moved;
  }

  private final List<OneJvm.Member> stopped = new ArrayList<>();
  private OneJvm.Member dying;
  private boolean[] dead = {false};

  private boolean arePartners(int one, int other) {
    return member(one).core.book().find(member(other).owner()).isPresent();
  }

  /** The drive from the kit and the partners, while some of them are dead and their disks empty. */
  private void assertRestoredWithout(int owner, int dead) throws Exception {
    Kit kit = net.kit(member(owner), CodeParameters.of(2, 1));
    OneJvm.Member gone = member(dead);
    if (!stopped.contains(gone)) {
      gone.stop();
      stopped.add(gone);
      net.network.kill(gone.owner());
      try (Stream<Path> files = Files.walk(gone.home.resolve("held"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    }
    try (ViewCore view = net.view(kit)) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      long live = fs.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      assertEquals(written.get(owner), OneJvm.listing(fs, live));
    }
  }

  @Test
  void bothHandOverAndEverythingIsReadFromTheOthersAlone() throws Exception {
    start(5);
    PartnerInfo info = leave(0, 1, LeaveTerms.Kind.LEAVE);
    assertTrue(info.leaving().ours() && !info.leaving().told());
    int moved = rounds(2);
    assertTrue(member(1).core.book().find(member(0).owner()).orElseThrow().isLeaving());
    moved += rounds(30);
    assertTrue(moved > 0, "how many shards they have of each other is drawn");
    assertFalse(arePartners(0, 1) || arePartners(1, 0));
    assertEquals(0, member(1).core.holdings().usedBytes(member(0).owner()));
    assertEquals(0, member(0).core.holdings().usedBytes(member(1).owner()));
    assertEquals(3L << 30, member(0).core.outlook().promises().bytes());
    assertEquals(0, rounds(3), "all is where it should be");
    assertRestoredWithout(0, 1);
  }

  @Test
  void aLeavingSurvivesRestartsOfBoth() throws Exception {
    start(5);
    leave(0, 1, LeaveTerms.Kind.LEAVE);
    for (int i = 0; i < 30 && (arePartners(0, 1) || arePartners(1, 0)); i++) {
      OneJvm.Member restarted = member(i % 2);
      restarted.stop();
      restarted.start();
      rounds(2);
    }
    assertFalse(arePartners(0, 1) || arePartners(1, 0));
    assertRestoredWithout(0, 1);
  }

  /** With fewer partners the packs need another code, and all shards are made anew. */
  @Test
  void whereTheCodeIsTooWideForThoseWhoStayPacksAreCodedAnew() throws Exception {
    start(4);
    leave(0, 1, LeaveTerms.Kind.LEAVE);
    rounds(30);
    assertFalse(arePartners(0, 1) || arePartners(1, 0));
    assertEquals(CodeParameters.of(1, 1), member(0).core.engine().code().orElseThrow());
    assertRestoredWithout(0, 1);
  }

  @Test
  void packsThatAreNotHereAreBroughtHereToBeCodedAnew() throws Exception {
    start(4);
    member(0).stop();
    try (Stream<Path> files = Files.walk(member(0).home.resolve("packs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    member(0).start();
    leave(0, 1, LeaveTerms.Kind.LEAVE);
    rounds(40);
    assertFalse(arePartners(0, 1) || arePartners(1, 0));
    assertEquals(CodeParameters.of(1, 1), member(0).core.engine().code().orElseThrow());
    assertRestoredWithout(0, 1);
  }

  @Test
  void whoWouldLeaveNothingToHoldThePacksIsRefused() throws Exception {
    start(2);
    NodeException refused =
        assertThrows(NodeException.class, () -> leave(0, 1, LeaveTerms.Kind.REMOVE));
    assertEquals(ExitCode.NOT_ENOUGH_PARTNERS, refused.code());
    assertTrue(refused.getMessage().contains("find no place"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--anyway"), refused.getMessage());
    leave(0, terms(1, LeaveTerms.Kind.REMOVE, true));
    rounds(10);
    net.clock.advance(MONTH);
    rounds(10);
    assertTrue(arePartners(0, 1), "what finds no place stays with him");
    Leave there = member(1).core.book().find(member(0).owner()).orElseThrow().leave().orElseThrow();
    assertFalse(there.isReleasedHere());
    assertTrue(member(1).core.holdings().usedBytes(member(0).owner()) > 0);
    var warnings = new MovingWarnings(member(0).core).all(new MovingInfo(1, 1, 1));
    assertTrue(warnings.get(0).contains("none has room or is there"), warnings.toString());
    assertTrue(warnings.get(1).contains("the time to part from"), warnings.toString());
  }

  @Test
  void aWithdrawnNoticeLetsEverythingGoOn() throws Exception {
    start(5);
    leave(0, 1, LeaveTerms.Kind.LEAVE);
    rounds(1);
    PartnerInfo info = leave(0, 1, LeaveTerms.Kind.CANCEL);
    assertNull(info.leaving());
    rounds(5);
    Partner there = member(1).core.book().find(member(0).owner()).orElseThrow();
    assertFalse(there.isLeaving());
    assertEquals(0, rounds(5));
    assertRestoredWithout(0, 2);
  }

  private void greetAll(int hours) throws Exception {
    for (int hour = 0; hour < hours; hour++) {
      net.clock.advance(Duration.ofHours(1));
      for (OneJvm.Member member : net.members) {
        if (!stopped.contains(member)) {
          member.core.greet();
        }
      }
    }
  }

  @Test
  void whoIsAwayWithinHisGraceComesBackAndNothingHasMoved() throws Exception {
    start(5);
    rounds(2);
    net.network.kill(member(1).owner());
    net.network.resetCounts();
    stopped.add(member(1));
    for (int day = 0; day < 6; day++) {
      assertEquals(0, rounds(2));
      greetAll(24);
    }
    net.network.revive(member(1).owner());
    stopped.clear();
    assertEquals(0, rounds(4));
    assertEquals(0, net.network.count(MessageKind.PUT_COMMIT));
  }

  @Test
  void whoIsAwayForLongerIsReplacedAlsoOverARestart() throws Exception {
    start(5);
    rounds(2);
    net.network.kill(member(1).owner());
    stopped.add(member(1));
    for (int day = 0; day < 6; day++) {
      assertEquals(0, rounds(1));
      greetAll(24);
    }
    member(0).stop();
    member(0).start();
    net.clock.advance(Duration.ofDays(300));
    assertEquals(0, round(member(0)), "it was off itself");
    greetAll(15 * 24);
    assertTrue(member(0).core.conduct().book().standing(member(1).owner()).isReneged());
    assertTrue(rounds(15) > 0);
    rounds(2);
    try (ViewCore view = net.view(net.kit(member(0), CodeParameters.of(2, 1)))) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      long live = fs.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      net.network.kill(member(2).owner());
      assertEquals(written.get(0), OneJvm.listing(fs, live), "with one more loss");
    }
  }

  @Test
  void twoWhoMoveAtOnceAreFoundThroughAPartner() throws Exception {
    start(3);
    exchange();
    for (int i = 0; i < 2; i++) {
      member(i).stop();
      member(i).moveTo("198.51." + i + ".1");
      member(i).start();
    }
    exchange();
    exchange();
    for (int i = 0; i < 2; i++) {
      member(i).core.greet();
      assertEquals(
          Reachability.REACHABLE, member(i).core.partners().reachability(member(1 - i).owner()));
    }
    OneJvm.write(member(0).files(), FileSystem.ROOT, "more", new byte[5000]);
    written.set(0, OneJvm.listing(member(0).files(), FileSystem.ROOT));
    assertTrue(net.publish(member(0)));
    assertRestoredWithout(0, 2);
  }

  private void exchange() throws IOException {
    for (OneJvm.Member member : net.members) {
      member.core.exchange().tick();
    }
    net.clock.advance(Duration.ofMinutes(11));
  }

  /** Lets a node die at its n-th write from now on. */
  private void dieAt(OneJvm.Member member, int write) {
    int[] seen = {0};
    dying = member;
    member.storage.duringWrite(
        () -> {
          if (dead[0] || seen[0]++ == write) {
            dead[0] = true;
            net.network.kill(member.owner());
            throw new IOException("a dead node writes nothing");
          }
        });
  }

  private void revive(OneJvm.Member member) throws Exception {
    try {
      member.stop();
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("a dead node"), e.getMessage());
    }
    dead[0] = false;
    member.storage.duringWrite(() -> {});
    net.network.revive(member.owner());
    member.start();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 8, 9, 14, 20})
  @UnexpectedLogs.Expected("dead node|not close well|disk fails|cannot be written|index alone")
  void aNodeThatIsKilledWhileItLeavesOrIsLeftGoesOn(int write) throws Exception {
    start(5);
    OneJvm.Member killed = member(write % 2);
    dieAt(killed, write);
    try {
      leave(0, 1, LeaveTerms.Kind.LEAVE);
      rounds(8);
    } catch (IOException | KithException | AssertionError e) {
      assertTrue(dead[0], e.toString());
    }
    revive(killed);
    if (arePartners(0, 1) && !member(0).core.book().find(member(1).owner()).get().isLeaving()) {
      leave(0, 1, LeaveTerms.Kind.LEAVE);
    }
    rounds(30);
    assertFalse(arePartners(0, 1) || arePartners(1, 0));
    assertEquals(List.of(), both(0, 1));
    assertRestoredWithout(0, 1);
  }

  /** What the two hold for each other. */
  private List<Long> both(int one, int other) throws IOException {
    List<Long> found = new ArrayList<>();
    found.add(member(one).core.holdings().usedBytes(member(other).owner()));
    found.add(member(other).core.holdings().usedBytes(member(one).owner()));
    found.removeIf(bytes -> bytes == 0);
    return found;
  }

  @Test
  void theNewestListOfPartnersWinsWhoeverHasAnOldOne() throws Exception {
    start(5);
    Kit all = net.kit(member(0), CodeParameters.of(2, 1));
    List<KitPartner> few =
        all.partners().stream()
            .filter(partner -> !partner.owner().equals(member(3).owner()))
            .toList();
    rounds(2);
    net.network.kill(member(2).owner());
    stopped.add(member(2));
    net.add(null, null, new OneJvm.Where("203.9.0.1", null));
    OneJvm.befriend(member(0), member(5));
    leave(0, 3, LeaveTerms.Kind.LEAVE);
    for (int i = 0; i < 20; i++) {
      round(member(0));
      net.clock.advance(Duration.ofSeconds(61));
    }
    net.network.revive(member(2).owner());
    stopped.clear();
    Kit kit = new Kit(all.owner(), all.created(), all.code(), all.words(), few);
    try (ViewCore view = net.view(kit)) {
      List<OwnerId> listed =
          view.session().head().partners().stream().map(Head.Partner::id).toList();
      assertTrue(listed.contains(member(5).owner()), "who came while one was away");
      assertFalse(listed.contains(member(3).owner()), "who left");
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      long live = fs.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      assertEquals(written.get(0), OneJvm.listing(fs, live));
    }
    long newest = member(0).core.engine().headGeneration();
    assertTrue(newest > generationAt(2), "he was away");
    member(0).core.greet();
    OneJvm.write(member(0).files(), FileSystem.ROOT, "later", new byte[10]);
    assertTrue(net.publish(member(0)));
    assertEquals(member(0).core.engine().headGeneration(), generationAt(2));
  }

  /** Of the newest head of the first that a holder keeps. */
  private long generationAt(int holder) throws IOException {
    return member(holder).core.holdings().heads(member(0).owner()).get(0).generation();
  }
}
