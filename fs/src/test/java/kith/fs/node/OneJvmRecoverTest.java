package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.PartnerUnavailableException;
import kith.fs.Attributes;
import kith.fs.DriveException;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.UnexpectedLogs;
import kith.peer.Farewell;
import kith.peer.OwnerRecord;
import kith.peer.choice.Growth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that has nothing becomes the node of a drive again. */
@UnexpectedLogs.Expected("takeover-announced|another machine has become|partner-lost-machine")
final class OneJvmRecoverTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 4;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private Map<String, String> written;
  private Kit kit;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")), 11);
    owner = net.add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    fill();
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    kit = net.kit(owner, CODE);
  }

  private void fill() throws Exception {
    FileSystem fs = owner.files();
    long docs = fs.makeDirectory(OneJvm.ME, FileSystem.ROOT, FileName.of("docs"), 0755).inode();
    long deep = fs.makeDirectory(OneJvm.ME, docs, FileName.of("deep"), 0700).inode();
    for (int i = 0; i < 5; i++) {
      OneJvm.write(fs, i % 2 == 0 ? docs : deep, "f" + i, random(i, 300_000 * (i + 1)));
    }
    long linked = OneJvm.write(fs, docs, "one", random(40, 5000));
    fs.link(linked, deep, FileName.of("two"));
    fs.link(linked, deep, FileName.of("three"));
    fs.setXattr(linked, bytes("user.a"), bytes("b"), FileSystem.XattrMode.CREATE);
    OneJvm.write(fs, docs, "large", random(41, 9_000_000)); // its content is a table
    fs.makeSymlink(OneJvm.ME, deep, FileName.of("link"), bytes("../one"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private Path home() {
    return folder.resolve("new");
  }

  private OneJvm.Member recovered() throws Exception {
    owner.stop();
    net.members.remove(owner);
    net.recover(kit, home());
    return net.startRecovered(kit, home());
  }

  /** Ticks until all is back. */
  private static void comeBack(OneJvm.Member member) throws Exception {
    member.core.succession().recovery().ask();
    while (member.core.succession().recovery().tick() > 0) {
      member.core.partners().greet();
    }
    assertFalse(member.core.engine().recovery().isUnderWay());
  }

  private static long child(FileSystem fs, long directory, String name) throws Exception {
    return fs.lookup(directory, FileName.of(name)).inode();
  }

  @Test
  void everythingIsThereAtOnceAndStaysWhenItHasComeBack() throws Exception {
    OneJvm.Member now = recovered();
    FileSystem fs = now.files();
    assertEquals(written, OneJvm.listing(fs, FileSystem.ROOT));
    long docs = child(fs, FileSystem.ROOT, "docs");
    Attributes before = fs.attributes(child(fs, docs, "one"));
    var refused =
        assertThrows(
            DriveException.class, () -> OneJvm.write(fs, FileSystem.ROOT, "early", random(1, 10)));
    assertEquals(DriveException.Reason.READ_ONLY, refused.reason());
    FileSystem.Opened open = fs.open(child(fs, docs, "large"), false);

    comeBack(now);

    Attributes after = fs.attributes(child(fs, docs, "one"));
    assertEquals(before, after);
    assertEquals(written, OneJvm.listing(fs, FileSystem.ROOT));
    assertEquals(3, after.nlink());
    var start = java.nio.ByteBuffer.allocate(1000);
    assertEquals(1000, fs.read(open.handle(), 0, start));
    assertEquals(
        java.util.Arrays.hashCode(java.util.Arrays.copyOf(random(41, 9_000_000), 1000)),
        java.util.Arrays.hashCode(start.array()));
    fs.release(open.handle());
    long past = child(fs, child(fs, FileSystem.ROOT, ".snapshots"), "saved");
    assertEquals(written, OneJvm.listing(fs, past));
  }

  @Test
  void whatIsWrittenAfterwardsIsSafeAndReadFromTheKit() throws Exception {
    OneJvm.Member now = recovered();
    comeBack(now);
    FileSystem fs = now.files();
    OneJvm.write(fs, child(fs, FileSystem.ROOT, "docs"), "new", random(50, 700_000));
    long shipped = now.core.engine().shipping().bytesShipped();
    assertTrue(net.publish(now));
    assertTrue(now.core.engine().shipping().bytesShipped() - shipped < 3_000_000, "all anew?");
    try (ViewCore view = net.view(kit)) {
      FileSystem seen = view.session().fileSystem(OneJvm.ME);
      assertEquals(
          OneJvm.listing(fs, FileSystem.ROOT),
          OneJvm.listing(seen, child(seen, FileSystem.ROOT, "live")));
      assertEquals(2, view.session().head().epoch());
    }
  }

  @Test
  void aRecoveryThatCrashesAfterAnyStepGoesOn() throws Exception {
    OneJvm.Member now = recovered();
    int crashes = 0;
    while (now.core.engine().recovery().isUnderWay()) {
      assertEquals(written, OneJvm.listing(now.files(), FileSystem.ROOT), "crash " + crashes);
      crashes++;
      for (int i = 0; i < crashes; i++) {
        var unused = now.core.succession().recovery().tick();
      }
      var durable = now.storage.copy();
      now.stop();
      now.storage = durable;
      now.start();
      now.core.partners().greet();
    }
    assertTrue(crashes > 3, crashes + " crashes");
    assertEquals(written, OneJvm.listing(now.files(), FileSystem.ROOT));
    assertEquals(3, now.files().attributes(linked(now.files())).nlink());
    assertTrue(net.publish(now));
  }

  @Test
  void aPartnerWhoIsAwayWhenTheDriveComesBackHasHisGrace() throws Exception {
    OneJvm.befriend(owner, net.add(null)); // a fifth: the code of five is another than that of four
    OneJvm.write(owner.files(), FileSystem.ROOT, "last", random(76, 1000));
    assertTrue(net.publish(owner));
    kit = net.kit(owner, CODE);
    owner.stop();
    net.members.remove(owner);
    OneJvm.Member away = net.members.get(0);
    network(away, false);
    assertEquals(PARTNERS, net.recover(kit, home()).answered());
    OneJvm.Member now = net.startRecoveredWithoutCode(kit, home());
    comeBack(now);
    assertTrue(now.core.check().passed());
    long shipped = now.core.engine().shipping().bytesShipped();
    move(now);
    assertEquals(List.of(), now.core.engine().moving().repairs().lines());
    assertEquals(shipped, now.core.engine().shipping().bytesShipped());

    OneJvm.write(now.files(), FileSystem.ROOT, "more", random(77, 1000));
    assertTrue(net.publish(now));
    // What is new is for those who are there.
    Growth growth = Growth.BY_NUMBER;
    assertEquals(growth.codeFor(PARTNERS), now.core.engine().code());
    assertNotEquals(growth.codeFor(PARTNERS + 1), now.core.engine().code());
    var others = kit.partners().stream().filter(one -> !one.owner().equals(away.owner())).toList();
    Kit older = Kit.of(now.root, kit.created(), CODE, others);
    try (ViewCore view = net.view(older)) {
      assertTrue(view.contacts().containsKey(away.owner()), "where he is was forgotten");
    }

    pass(Duration.ofDays(22));
    move(now);
    assertTrue(now.core.engine().shipping().bytesShipped() > shipped, "elsewhere at last");
  }

  private void move(OneJvm.Member member) throws Exception {
    int idle = 0;
    while (idle++ < 5) {
      net.clock.advance(Duration.ofMinutes(10));
      member.core.engine().moving().partnersChanged();
      while (member.core.engine().moving().tick() + member.core.engine().shipTick() > 0) {
        idle = 0;
      }
    }
  }

  private static long linked(FileSystem fs) throws Exception {
    return child(fs, child(fs, FileSystem.ROOT, "docs"), "one");
  }

  @Test
  void whatLeavesNoDriveIsRefusedWithTheReason() throws Exception {
    owner.stop();
    net.members.remove(owner);
    for (OneJvm.Member partner : net.members) {
      net.network.kill(partner.owner());
    }
    assertThrows(PartnerUnavailableException.class, () -> net.recover(kit, home()));
    assertFalse(new IdentityFiles(home()).exist());
    for (OneJvm.Member partner : net.members) {
      net.network.revive(partner.owner());
    }
    RecoveredInfo found = net.recover(kit, home());
    assertEquals(2, found.epoch());
    assertEquals(PARTNERS, found.answered());
    NodeException again = assertThrows(NodeException.class, () -> net.recover(kit, home()));
    assertTrue(again.getMessage().contains("has a drive already"), again.getMessage());
  }

  @Test
  void aMachineWhoseClockIsYearsOffIsToldSoAndMakesNothing() throws Exception {
    owner.stop();
    net.members.remove(owner);
    for (Duration off : List.of(Duration.ofDays(-2000), Duration.ofDays(2000))) {
      var refused = assertThrows(KithException.class, () -> net.recover(kit, home(), off));
      assertTrue(refused.getMessage().contains("clock"), refused.getMessage());
      assertFalse(new IdentityFiles(home()).exist());
    }
    assertEquals(PARTNERS, net.recover(kit, home()).answered());
  }

  /** Time passes at partners, as they observe it. */
  private void pass(Duration time) throws Exception {
    observe();
    Duration left = time;
    while (!left.isZero()) {
      Duration step = left.compareTo(Duration.ofHours(12)) > 0 ? Duration.ofHours(12) : left;
      net.clock.advance(step);
      left = left.minus(step);
      observe();
    }
  }

  private void observe() throws Exception {
    for (OneJvm.Member member : net.members) {
      var unused = member.core.holdings().emptyTrash(net.clock.millis());
    }
  }

  private OneJvm.Member besides() throws Exception {
    net.recover(kit, home());
    OneJvm.Member now = net.startRecovered(kit, home());
    comeBack(now);
    return now;
  }

  private static void look(OneJvm.Member member) throws Exception {
    member.core.partners().greet();
    var unused = member.core.succession().takeover().look();
  }

  @Test
  void bothMachinesAreServedUntilTheOldOneAgrees() throws Exception {
    OneJvm.Member now = besides();
    look(owner);
    look(now);
    assertEquals(
        List.of(2L),
        owner.core.succession().takeover().info().machines().stream()
            .map(TakeoverInfo.Machine::epoch)
            .toList());
    assertEquals(72, owner.core.succession().takeover().info().hoursLeft());
    assertEquals(72, now.core.succession().takeover().info().hours());
    OneJvm.write(now.files(), FileSystem.ROOT, "here", random(60, 1000));
    assertTrue(net.publish(now));
    OneJvm.write(owner.files(), FileSystem.ROOT, "there", random(61, 1000));
    assertTrue(net.publish(owner), "the old one still puts");

    owner.core.succession().takeover().confirm(null);
    look(now);

    assertEquals(0, now.core.succession().takeover().info().hours());
    assertEquals(PARTNERS, owner.core.succession().takeover().info().superseded());
    assertFalse(owner.core.check().passed());
    assertTrue(owner.core.check().refusal().contains("another machine has become"));
    assertTrue(net.publish(now));
    PartnerUnavailableException refused =
        assertThrows(PartnerUnavailableException.class, () -> net.publishUnchecked(owner));
    assertTrue(refused.getMessage().startsWith("0 of"), refused.getMessage());
  }

  private long epochOfTheKit() throws Exception {
    try (ViewCore view = net.view(kit)) {
      return view.session().head().epoch();
    }
  }

  @Test
  void after72AnnouncedHoursTheNewMachineMayDoEverythingAndTheOldOneNothing() throws Exception {
    OneJvm.Member now = besides();
    pass(Duration.ofHours(71));
    look(now);
    look(owner);
    assertEquals(1, now.core.succession().takeover().info().hours());
    assertEquals(0, owner.core.succession().takeover().info().superseded());
    pass(Duration.ofHours(1));
    look(now);
    look(owner);
    assertEquals(0, now.core.succession().takeover().info().hours());
    assertEquals(PARTNERS, owner.core.succession().takeover().info().superseded());
    assertFalse(owner.core.check().passed());
  }

  @Test
  void whoHasOnlyTheKitDropsNothingAndIsRefusedByTheOwner() throws Exception {
    OneJvm.Member thief = besides();
    OwnerId partner = net.members.get(1).owner();
    var farewell = Farewell.sign(OwnerKey.derive(thief.root), true, net.clock.instant());
    String word = HexFormat.of().formatHex(farewell.toBytes());
    assertEquals(0, thief.core.dropping().farewell().say(word).told(), "not within 72 hours");
    OneJvm.write(thief.files(), FileSystem.ROOT, "ransom note", random(65, 100));
    assertTrue(net.publish(thief));
    assertEquals(2, epochOfTheKit());

    TakeoverInfo asked = owner.core.succession().takeover().prepareRefusal(null);
    byte[] said = HexFormat.of().parseHex(asked.words().get(0));
    byte[] signed = OwnerRecord.takeoverOverride(OwnerKey.derive(owner.root), said).toBytes();
    var unused = owner.core.succession().takeover().refuse(said, signed);
    assertEquals(1, epochOfTheKit(), "heads of who was refused are told to nobody");

    pass(Duration.ofHours(80));
    look(thief);
    look(owner);
    assertEquals(PARTNERS, thief.core.succession().takeover().info().superseded());
    assertEquals(0, owner.core.succession().takeover().info().superseded());
    assertTrue(owner.core.check().passed());
    assertTrue(net.publish(owner));
    assertThrows(PartnerUnavailableException.class, () -> net.publishUnchecked(thief));
    assertTrue(net.members.get(1).core.holdings().usedBytes(owner.owner()) > 0, partner.brief());
  }

  private void refuse(String code) throws Exception {
    NodeTakeover takeover = owner.core.succession().takeover();
    for (String word : takeover.prepareRefusal(code).words()) {
      byte[] said = HexFormat.of().parseHex(word);
      OwnerKey key = OwnerKey.derive(owner.root);
      var unused = takeover.refuse(said, OwnerRecord.takeoverOverride(key, said).toBytes());
    }
  }

  @Test
  void partnersThatWereAwayHearOfARefusalWhenTheyCome() throws Exception {
    OneJvm.Member away = net.members.get(1);
    OneJvm.Member thief = besides();
    look(thief);
    network(away, false);
    owner.core.partners().greet();
    refuse(null);
    owner.stop();
    owner.start();
    network(away, true);
    look(owner);
    pass(Duration.ofHours(80));
    look(thief);
    assertEquals(PARTNERS, thief.core.succession().takeover().info().superseded());
    look(owner);
    assertEquals(0, owner.core.succession().takeover().info().superseded());
  }

  private void network(OneJvm.Member member, boolean there) {
    if (there) {
      net.network.revive(member.owner());
    } else {
      net.network.kill(member.owner());
    }
  }

  @Test
  void whoMakesUpTwoMachinesIsRefusedWithBothAndTheOwnersIsConfirmed() throws Exception {
    OneJvm.Member thief = besides();
    Path elsewhere = Files.createDirectories(folder.resolve("a")).resolve("b");
    net.recover(kit, elsewhere);
    OneJvm.Member ours = net.startRecovered(kit, elsewhere);
    look(ours);
    look(owner);
    TakeoverInfo info = owner.core.succession().takeover().info();
    assertEquals(2, info.machines().size());
    var refused =
        assertThrows(NodeException.class, () -> owner.core.succession().takeover().confirm(null));
    assertTrue(refused.getMessage().contains("say which"), refused.getMessage());
    assertThrows(NodeException.class, () -> thief.core.succession().takeover().confirm(null));

    String code = ours.core.succession().takeover().info().code();
    refuse(thief.core.succession().takeover().info().code().substring(0, 8));
    owner.core.succession().takeover().confirm(code.substring(0, 10));
    look(ours);
    look(thief);
    assertEquals(PARTNERS, thief.core.succession().takeover().info().superseded());
    assertEquals(0, ours.core.succession().takeover().info().hours());
    assertEquals(0, ours.core.succession().takeover().info().superseded());
  }

  @Test
  void whoHasOnlyTheOldMachineRefusesNobody() throws Exception {
    OneJvm.Member now = besides();
    byte[] said =
        HexFormat.of()
            .parseHex(owner.core.succession().takeover().prepareRefusal(null).words().get(0));
    net.clock.advance(Duration.ofMinutes(1));
    byte[] other =
        HexFormat.of()
            .parseHex(owner.core.succession().takeover().prepareRefusal(null).words().get(0));
    byte[] signed = OwnerRecord.takeoverOverride(OwnerKey.derive(now.root), other).toBytes();
    assertThrows(
        CorruptDataException.class, // it is under another word
        () -> owner.core.succession().takeover().refuse(said, signed));
    pass(Duration.ofHours(80));
    look(now);
    assertEquals(0, now.core.succession().takeover().info().superseded());
    assertEquals(0, now.core.succession().takeover().info().hours());
  }

  @Test
  void aPartnerWhoseMachineIsLostAdmitsItAndGetsEverythingAgain() throws Exception {
    OneJvm.Member partner = net.members.get(1);
    OneJvm.write(partner.files(), FileSystem.ROOT, "his", random(70, 50_000));
    for (int i = 2; i <= PARTNERS; i++) {
      OneJvm.befriend(partner, net.members.get(i));
    }
    assertTrue(net.publish(partner));
    Kit his = net.kit(partner, CODE);
    long held = partner.core.holdings().usedBytes(owner.owner());
    assertTrue(held > 0);
    partner.stop();
    net.members.remove(partner);
    net.recover(his, home());
    OneJvm.Member back = net.startRecovered(his, home());
    comeBack(back);

    owner.core.partners().greet();
    assertEquals(0, owner.core.succession().losses().tick(), "he may have the kit alone");
    pass(Duration.ofDays(3));
    var told = back.core.succession().recovery().ask();
    assertTrue(told > 0, "what is lost");
    owner.core.partners().greet();
    while (owner.core.succession().losses().tick() > 0) {
      var unused = owner.core.engine().shipTick();
    }
    assertTrue(owner.core.conduct().book().standing(partner.owner()).isGood());
    OneJvm.write(owner.files(), FileSystem.ROOT, "more", random(71, 1000));
    assertTrue(net.publish(owner));
    while (owner.core.engine().shipTick() > 0) {
      net.clock.advance(Duration.ofSeconds(1));
    }
    assertTrue(back.core.holdings().usedBytes(owner.owner()) >= held, "not put again");
  }
}
