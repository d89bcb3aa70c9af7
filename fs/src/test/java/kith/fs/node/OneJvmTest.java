package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.fs.DriveEngine;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.UnexpectedLogs;
import kith.index.MemoryStorage;
import kith.peer.AgreementTerms;
import kith.peer.InvitationTerms;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive and seven partners, from the invitation to the restore, with what can go wrong. */
final class OneJvmTest {
  private static final CodeParameters CODE = CodeParameters.of(4, 2);
  private static final int PARTNERS = 7;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;

  @BeforeEach
  void befriend() throws Exception {
    net = new OneJvm(folder, 42);
    owner = net.add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    Random random = new Random(7);
    long docs =
        owner.files().makeDirectory(OneJvm.ME, FileSystem.ROOT, FileName.of("docs"), 0755).inode();
    for (int i = 0; i < 20; i++) {
      byte[] content = new byte[random.nextInt(200_000)];
      random.nextBytes(content);
      OneJvm.write(owner.files(), docs, "file" + i, content);
    }
    owner
        .files()
        .makeSymlink(
            OneJvm.ME, docs, FileName.of("link"), "file1".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private static long child(FileSystem fs, String name) throws Exception {
    return fs.lookup(FileSystem.ROOT, FileName.of(name)).inode();
  }

  private Map<String, String> viewed(Kit kit, String name) throws Exception {
    try (ViewCore view = net.view(kit)) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      return OneJvm.listing(fs, child(fs, name));
    }
  }

  @Test
  void whatWasPublishedIsReadFromTheKitWithAnyTwoPartnersDead() throws Exception {
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    owner.core.engine().takeSnapshot(FileName.of("one"));
    assertTrue(net.publish(owner));
    Kit kit = net.kit(owner, CODE);
    owner.stop();
    for (int first = 1; first <= PARTNERS; first++) {
      for (int second = first + 1; second <= PARTNERS; second++) {
        net.network.kill(net.members.get(first).owner());
        net.network.kill(net.members.get(second).owner());
        assertEquals(written, viewed(kit, "one"), "without " + first + " and " + second);
        net.network.revive(net.members.get(first).owner());
        net.network.revive(net.members.get(second).owner());
      }
    }
  }

  @Test
  void onePartnerOfTheKitIsEnoughToFindTheOthers() throws Exception {
    Kit whole = net.kit(owner, CODE);
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertTrue(net.publish(owner));
    Kit old =
        new Kit(
            whole.owner(), whole.created(), CODE, whole.words(), whole.partners().subList(0, 1));
    assertEquals(written, viewed(old, "live"));
  }

  @Test
  void aLossyNetworkOnlyTakesLonger() throws Exception {
    net.network.loseMessages(0.05);
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    boolean published = false;
    for (int i = 0; i < 20 && !published; i++) {
      try {
        published = net.publish(owner);
      } catch (PartnerUnavailableException e) {
        net.clock.advance(Duration.ofMinutes(2));
      }
    }
    assertTrue(published);
    net.network.heal();
    net.clock.advance(Duration.ofMinutes(10));
    assertEquals(written, viewed(net.kit(owner, CODE), "live"));
  }

  @Test
  void aDeadPartnersShardsGoToASpareOne() throws Exception {
    net.network.kill(net.members.get(3).owner());
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertTrue(net.publish(owner));
    assertEquals(0, owner.core.partners().used(net.members.get(3).owner()));
    assertEquals(written, viewed(net.kit(owner, CODE), "live"));
  }

  @Test
  void aCodeServesOnce() throws Exception {
    var terms = new InvitationTerms("owner", 1L << 20, 1L << 20, AgreementTerms.friends());
    String code = owner.core.invitations().create(terms, Duration.ofDays(1));
    OneJvm.Member first = net.add(null);
    OneJvm.Member second = net.add(null);
    first.core.acceptance().accept(code, "first", 1L << 20);
    KithException refused =
        assertThrows(
            NotPermittedException.class,
            () -> second.core.acceptance().accept(code, "second", 1L << 20));
    assertTrue(refused.getMessage().contains("used already"), refused.getMessage());
    assertEquals(PARTNERS + 1, owner.core.book().all().size());
    assertTrue(second.core.book().all().isEmpty());
  }

  @Test
  void aHolderThatLostItsDatabaseServesFromItsFiles() throws Exception {
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertTrue(net.publish(owner));
    for (OneJvm.Member member : net.members.subList(1, 1 + PARTNERS)) {
      member.stop();
      member.storage = new MemoryStorage();
      member.start();
    }
    net.clock.advance(Duration.ofMinutes(5));
    assertEquals(written, viewed(net.kit(owner, CODE), "live"));
  }

  @Test
  @UnexpectedLogs.Expected("this is an old copy of the home")
  void anOldCopyOfTheHomeSendsNothing() throws Exception {
    owner.stop();
    MemoryStorage before = owner.storage.copy();
    owner.start();
    assertTrue(net.publish(owner));
    owner.stop();
    owner.storage = before;
    owner.start();
    assertFalse(owner.core.check().passed());
    assertTrue(owner.core.check().refusal().contains("newer head"));
  }

  @Test
  @UnexpectedLogs.Expected("this is an old copy of the home")
  void onePartnerWithoutTheNewestHeadDoesNotLetAnOldCopySend() throws Exception {
    assertTrue(net.publish(owner));
    owner.stop();
    MemoryStorage before = owner.storage.copy();
    owner.start();
    OwnerId away = net.members.get(1).owner();
    net.network.kill(away);
    OneJvm.write(owner.files(), FileSystem.ROOT, "new", new byte[1000]);
    assertTrue(net.publish(owner));
    owner.stop();
    owner.storage = before;
    net.network.revive(away);
    List<OwnerId> others =
        net.members.subList(2, 1 + PARTNERS).stream().map(OneJvm.Member::owner).toList();
    others.forEach(net.network::kill);
    owner.start();
    net.clock.advance(Duration.ofMinutes(5));
    assertFalse(owner.core.check().passed(), "the one that answers has an old head");
    assertEquals("", owner.core.check().refusal(), "and it is not known yet");
    others.forEach(net.network::revive);
    net.clock.advance(Duration.ofMinutes(5));
    owner.core.partners().greet();
    assertFalse(owner.core.check().passed());
    assertTrue(owner.core.check().refusal().contains("newer head"));
  }

  @Test
  @UnexpectedLogs.Expected("partner-full")
  void whoWaitsIsToldWhenPartnersHaveNoMoreSpace() throws Exception {
    OneJvm.Member small = net.add(CodeParameters.of(1, 0));
    var terms = new InvitationTerms("small", 1L << 20, 1L << 20, AgreementTerms.friends());
    String code = small.core.invitations().create(terms, Duration.ofDays(1));
    net.members.get(1).core.acceptance().accept(code, "holder", 1L << 20);
    byte[] content = new byte[3 << 20];
    new Random(3).nextBytes(content);
    OneJvm.write(small.files(), FileSystem.ROOT, "large", content);
    assertTrue(small.core.check().passed());
    ProgressSink passing =
        progress -> {
          net.clock.advance(Duration.ofSeconds(1));
          return true;
        };
    var wait =
        new SafeWait(
            small.core.engine(), net.clock, Duration.ofHours(1), passing, small.core.limits());
    NodeException full = assertThrows(NodeException.class, () -> wait.run(() -> 1));
    assertEquals(ExitCode.NO_SPACE_AT_PARTNERS, full.code(), full.getMessage());
  }

  @Test
  void aKitFromWhenThereWasOnePartnerFindsTheNewestHeadOfMany() throws Exception {
    assertTrue(net.publish(owner));
    OwnerId away = net.members.get(1).owner();
    net.network.kill(away);
    OneJvm.write(owner.files(), FileSystem.ROOT, "new", new byte[1000]);
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertTrue(net.publish(owner));
    net.network.revive(away);
    Kit now = net.kit(owner, CODE);
    List<KitPartner> first =
        now.partners().stream().filter(partner -> partner.owner().equals(away)).toList();
    Kit old = new Kit(now.owner(), now.created(), CodeParameters.of(1, 0), now.words(), first);
    assertEquals(written, viewed(old, "live"));
  }

  @Test
  void theStartOfAViewTellsWhoHasAnsweredAndWhatWasRead() throws Exception {
    owner.core.engine().takeSnapshot(FileName.of("one"));
    assertTrue(net.publish(owner));
    List<Progress> told = new ArrayList<>();
    net.view(net.kit(owner, CODE), told::add).close();
    Progress last = told.get(told.size() - 1);
    assertEquals(PARTNERS, last.totalObjects());
    assertEquals(PARTNERS, last.doneObjects());
    assertTrue(last.doneBytes() > 0, last.toString());
    assertEquals(PARTNERS, told.get(0).totalObjects());
  }

  @Test
  void aRestartedNodeGoesOnWhereItWas() throws Exception {
    assertTrue(net.publish(owner));
    owner.stop();
    owner.start();
    long docs = child(owner.files(), "docs");
    OneJvm.write(owner.files(), docs, "later", new byte[300_000]);
    Map<String, String> written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    net.clock.advance(Duration.ofMinutes(1));
    assertTrue(net.publish(owner));
    assertEquals(written, viewed(net.kit(owner, CODE), "live"));
  }

  @Test
  void packsOfFewerPartnersAreCodedAnewWhenMoreHaveCome() throws Exception {
    OneJvm.Member other = net.add(null);
    OneJvm.befriend(other, net.members.get(1));
    OneJvm.write(other.files(), FileSystem.ROOT, "early", new byte[500_000]);
    assertTrue(net.publish(other), "with one partner, who has everything");
    OneJvm.befriend(other, net.members.get(2));
    OneJvm.befriend(other, net.members.get(3));
    assertFalse(other.core.engine().behind());
    other.core.engine().shipTick();
    assertTrue(other.core.engine().behind(), "the head names the old places");
    assertEquals(1, SafeWait.counts(other.core.engine().safety()).degraded().files());
    Map<String, String> written = OneJvm.listing(other.files(), FileSystem.ROOT);
    assertTrue(net.publish(other));
    assertFalse(other.core.engine().behind());
    assertEquals(1, SafeWait.counts(other.core.engine().safety()).full().files());
    Kit kit = net.kit(other, CodeParameters.of(2, 1));
    for (int dead = 1; dead <= 3; dead++) {
      net.network.kill(net.members.get(dead).owner());
      assertEquals(written, viewed(kit, "live"), "without " + dead);
      net.network.revive(net.members.get(dead).owner());
    }
  }

  /** Ticks what makes room; returns whether a write would find some. */
  private static boolean makesRoom(DriveEngine engine) throws Exception {
    engine.ingestTick();
    while (engine.shipTick() > 0) {
      // as much as is packed
    }
    engine.sweepTick();
    engine.evictTick();
    return engine.cacheUse().shortage().isEmpty();
  }

  @Test
  void aDriveLargerThanItsCacheIsReadBackFromPartners() throws Exception {
    OneJvm.Member small = net.add(CODE, ByteSize.parse("64M"));
    for (int i = 1; i <= PARTNERS; i++) {
      OneJvm.befriend(small, net.members.get(i));
    }
    Random random = new Random(11);
    DriveEngine engine = small.core.engine();
    for (int i = 0; i < 20; i++) {
      byte[] content = new byte[5_000_000];
      random.nextBytes(content);
      OneJvm.write(small.files(), FileSystem.ROOT, "file" + i, content);
      net.clock.advance(Duration.ofSeconds(10));
      // Packs are written by a thread of their own.
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> makesRoom(engine));
      assertTrue(engine.cacheUse().used() <= 64 << 20, engine.cacheUse().toString());
    }
    Map<String, String> written = OneJvm.listing(small.files(), FileSystem.ROOT);
    assertTrue(net.publish(small));
    small.stop();
    small.start();
    Kit kit = net.kit(small, CODE);
    for (int dead = 0; dead <= 4; dead += 2) {
      if (dead > 0) {
        net.network.kill(net.members.get(dead).owner());
        net.network.kill(net.members.get(dead - 1).owner());
      }
      net.clock.advance(Duration.ofMinutes(5));
      assertEquals(written, OneJvm.listing(small.files(), FileSystem.ROOT), "without " + dead);
      assertEquals(written, viewed(kit, "live"), "without " + dead);
      net.network.revive(net.members.get(Math.max(1, dead)).owner());
      net.network.revive(net.members.get(Math.max(1, dead - 1)).owner());
    }
    assertTrue(small.core.engine().cacheUse().used() <= 64 << 20);
  }
}
