package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerKey;
import kith.codec.PackReader;
import kith.codec.RootSecret;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.HeadCodec;
import kith.fs.Kit;
import kith.fs.UnexpectedLogs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kit is stolen while the machine lives: the owner's rekey makes it worthless. Over real TLS. */
@UnexpectedLogs.Expected("takeover-announced|another machine has become|rekey-rival")
final class OneJvmRekeyTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 4;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private Kit stolen;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")));
    owner = add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, add(null));
    }
    for (int i = 0; i < 3; i++) {
      OneJvm.write(owner.files(), FileSystem.ROOT, "before" + i, random(i, 400_000 * (i + 1)));
    }
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    stolen = net.kit(owner, CODE);
  }

  /** Each has an address of its own on this machine. */
  private OneJvm.Member add(CodeParameters code) throws Exception {
    return net.add(code, null, new OneJvm.Where(host(net.members.size() + 1), null));
  }

  private static String host(int number) {
    return "127." + (20 + ProcessHandle.current().pid() % 200) + ".44." + number;
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

  private List<OneJvm.Member> partners() {
    return net.members.subList(1, 1 + PARTNERS);
  }

  /** As the command and a restart do it. */
  private void rekey() throws Exception {
    owner.stop();
    owner.rekey();
    owner.start();
    owner.core.partners().greet();
  }

  private void tell() throws Exception {
    net.clock.advance(NodeRekey.EACH);
    owner.core.partners().greet();
    assertTrue(owner.core.check().passed(), owner.core.check().refusal());
    var unused = owner.core.succession().rekey().tick();
  }

  private int told() throws Exception {
    return owner.core.succession().rekey().info().orElseThrow().told();
  }

  private Map<String, String> shown(Kit kit) throws Exception {
    try (ViewCore view = net.view(kit)) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      long live = fs.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      return OneJvm.listing(fs, live);
    }
  }

  @Test
  void whoHasTheFormerKitIsRefusedByEverybodyAndTheNewOneOpensAll() throws Exception {
    rekey();
    tell();
    assertEquals(PARTNERS, told());

    var refused = assertThrows(NotPermittedException.class, () -> net.view(stolen).close());
    assertTrue(refused.getMessage().contains("this kit was replaced on "), refused.getMessage());
    Kit kit = net.kit(owner, CODE);
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertEquals(written, shown(kit), "before anything new was written");

    OneJvm.write(owner.files(), FileSystem.ROOT, "after", random(9, 700_000));
    assertTrue(net.publish(owner));
    assertEquals(OneJvm.listing(owner.files(), FileSystem.ROOT), shown(kit));
    assertNotEquals(written, shown(kit));
  }

  private OneJvm.Member thief() throws Exception {
    Path home = folder.resolve("thief");
    net.recover(stolen, home, host(90));
    OneJvm.Member thief = net.startRecovered(stolen, home, host(90));
    thief.core.succession().recovery().ask();
    while (thief.core.succession().recovery().tick() > 0) {
      thief.core.partners().greet();
    }
    return thief;
  }

  private static TakeoverInfo look(OneJvm.Member member) throws Exception {
    return member.core.succession().takeover().look();
  }

  @Test
  void aThiefWhoAnnouncedHimselfIsNobodyOnceTheOwnerRekeys() throws Exception {
    OneJvm.Member thief = thief();
    OneJvm.write(thief.files(), FileSystem.ROOT, "ransom note", random(65, 100));
    assertTrue(net.publish(thief));
    assertEquals(1, look(owner).machines().size());
    net.clock.advance(Duration.ofHours(40));

    rekey();
    tell();
    assertEquals(PARTNERS, told());

    assertEquals(List.of(), look(owner).machines(), "ended at once");
    assertEquals(PARTNERS, look(thief).superseded());
    assertFalse(thief.core.check().passed());
    for (int hours = 0; hours < 100; hours += 20) {
      net.clock.advance(Duration.ofHours(20)); // beyond the 72
      look(thief);
      assertEquals(0, look(owner).superseded());
    }
    assertThrows(KithException.class, () -> net.publishUnchecked(thief));
    var farewell = kith.peer.Farewell.sign(OwnerKey.derive(thief.root), true, net.clock.instant());
    String word = java.util.HexFormat.of().formatHex(farewell.toBytes());
    assertEquals(0, thief.core.dropping().farewell().say(word).told());
    Kit kit = net.kit(owner, CODE);
    assertEquals(OneJvm.listing(owner.files(), FileSystem.ROOT), shown(kit), "not the thief's");
    assertTrue(net.publish(owner));
  }

  @Test
  void aThiefCannotRekeyWithoutTheOwnersMachine() throws Exception {
    OneJvm.Member thief = thief();
    thief.stop();
    thief.rekey(); // his machine signs it, and is not the owner's
    thief.start();
    Kit his = net.kit(thief, CODE);
    thief.core.partners().greet();
    var unused = thief.core.succession().rekey().tick();
    assertEquals(0, thief.core.succession().rekey().info().orElseThrow().told());
    assertEquals(0, look(owner).superseded());

    rekey();
    tell();
    assertEquals(PARTNERS, told());
    assertEquals(PARTNERS, look(thief).superseded());
    assertThrows(NotPermittedException.class, () -> net.view(his).close());
    assertEquals(PARTNERS, told(), "the first key of a generation stays");
  }

  @Test
  void whoWasAwayHearsOfItLaterAndServesBothUntilThen() throws Exception {
    OneJvm.Member away = partners().get(2);
    away.stop();
    rekey();
    tell();
    assertEquals(PARTNERS - 1, told());
    assertTrue(
        owner.core.succession().rekey().info().orElseThrow().text().startsWith("3 of 4 partners"));
    away.start();
    Kit kit = net.kit(owner, CODE);
    assertEquals(OneJvm.listing(owner.files(), FileSystem.ROOT), shown(kit));

    tell();
    assertEquals(PARTNERS, told());
    assertThrows(NotPermittedException.class, () -> net.view(stolen).close());
  }

  @Test
  void aPartnerRemembersItAndPartnershipGoesOnBothWays() throws Exception {
    OneJvm.Member partner = partners().get(0);
    rekey();
    tell();
    partner.stop();
    partner.start();
    owner.core.partners().greet();
    partner.core.partners().greet();
    OneJvm.write(owner.files(), FileSystem.ROOT, "more", random(70, 900_000));
    assertTrue(net.publish(owner));
    assertThrows(NotPermittedException.class, () -> net.view(stolen).close());
    rekey(); // again: what was made with three keys is read with the newest kit
    tell();
    assertEquals(PARTNERS, told());
    assertEquals(2, owner.secrets.keys().former().size());
    OneJvm.write(owner.files(), FileSystem.ROOT, "most", random(71, 900_000));
    assertTrue(net.publish(owner));
    assertEquals(OneJvm.listing(owner.files(), FileSystem.ROOT), shown(net.kit(owner, CODE)));
  }

  @Test
  void aMachineIsRecoveredFromTheNewKit() throws Exception {
    rekey();
    tell();
    OneJvm.write(owner.files(), FileSystem.ROOT, "after", random(9, 700_000));
    assertTrue(net.publish(owner));
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    Kit kit = net.kit(owner, CODE);
    owner.stop();
    net.members.remove(owner);
    Path home = folder.resolve("new");
    net.recover(kit, home, host(91));
    OneJvm.Member now = net.startRecovered(kit, home, host(91));
    assertEquals(written, OneJvm.listing(now.files(), FileSystem.ROOT));
    now.core.succession().recovery().ask();
    while (now.core.succession().recovery().tick() > 0) {
      now.core.partners().greet();
    }
    assertEquals(written, OneJvm.listing(now.files(), FileSystem.ROOT));
    assertTrue(net.publish(now));
  }

  @Test
  void theFormerSecretOpensNothingThatIsWrittenAfterwards() throws Exception {
    rekey();
    tell();
    OneJvm.write(owner.files(), FileSystem.ROOT, "after", random(9, 700_000));
    assertTrue(net.publish(owner));
    byte[] sealed =
        owner.core.partners().heads(owner.core.partners().reachable()).newest().get().sealed();
    try (RootSecret former = stolen.secret()) {
      DriveKeys old = DriveKeys.derive(former);
      assertThrows(CorruptDataException.class, () -> HeadCodec.open(old, stolen.owner(), sealed));
      int opened = 0;
      int closed = 0;
      for (Path file : packs()) {
        try {
          PackReader.open(Files.readAllBytes(file), old);
          opened++;
        } catch (CorruptDataException e) {
          closed++;
          PackReader.open(Files.readAllBytes(file), owner.secrets.keys());
        }
      }
      assertTrue(opened > 0 && closed > 1, opened + " of before, " + closed + " of after");
    }
  }

  private List<Path> packs() throws Exception {
    try (var files = Files.walk(owner.home.resolve("packs"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
