package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import kith.fs.FileSystem;
import kith.fs.node.OneJvm.Member;
import kith.peer.AgreementChange;
import kith.peer.Partner;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes that find their partners by themselves, and say whom they look for and why. */
final class OneJvmSearchTest {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;
  private OneJvm net;

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private static PartnerSettings wants(String target, Boolean seek, String space) {
    return new PartnerSettings(
        null,
        null,
        null,
        target,
        null,
        null,
        null,
        null,
        null,
        null,
        seek,
        space == null ? null : ByteSize.parse(space));
  }

  private Member add(String host, PartnerSettings wants) throws Exception {
    return net.add(null, null, new OneJvm.Where(host, wants));
  }

  private void findAll() throws Exception {
    for (int round = 0; round < 2; round++) {
      for (Member member : net.members) {
        member.core.find();
        member.core.greet();
      }
      net.clock.advance(Duration.ofMinutes(61));
    }
  }

  private SearchInfo info(Member member) throws Exception {
    return member.core.seeking().info();
  }

  /** One with a friend in the middle, whose other friends can be found through him. */
  private Member circle(int others) throws Exception {
    net = new OneJvm(folder, 3);
    Member one = add("20.1.0.1", wants("survive 2 losses", null, null));
    Member middle = add("21.1.0.1", wants("survive 2 losses", false, null));
    OneJvm.befriend(one, middle);
    for (int i = 0; i < others; i++) {
      OneJvm.befriend(middle, add(30 + i + ".1.0.1", wants("survive 2 losses", false, null)));
    }
    return one;
  }

  @Test
  void aNodeFindsItsPartnersAndUsesThem() throws Exception {
    Member one = circle(4);
    SearchInfo before = info(one);
    assertFalse(before.seeking());
    assertEquals(1, before.partners());
    assertEquals(5, before.wanted());
    assertEquals(0, one.core.seeking().tick());
    assertTrue(info(one).text().contains("no other node"), info(one).text());
    findAll();
    assertTrue(info(one).text().contains("4 are asked next"), info(one).text());
    assertEquals(4, one.core.seeking().tick());
    SearchInfo after = info(one);
    assertFalse(after.seeking());
    assertEquals("5 partners in 5 other households, 5 wanted: enough", after.text());
    byte[] content = new byte[(int) MIB];
    OneJvm.write(one.files(), FileSystem.ROOT, "file", content);
    assertTrue(net.publish(one));
    assertEquals("2+2", one.core.engine().code().orElseThrow().toString());
  }

  @Test
  void whoSaidNoIsRememberedOverARestart() throws Exception {
    Member one = circle(1);
    Member other = net.members.get(2);
    findAll();
    other.stop();
    net.network.kill(other.owner());
    one.core.seeking().tick();
    SearchInfo info = info(one);
    assertEquals(1, info.resting());
    assertEquals(other.owner().toString(), info.asked().get(0).owner());
    assertTrue(info.text().contains("1 said no or nothing"), info.text());
    one.stop();
    one.start();
    assertEquals(1, info(one).resting());
    net.network.revive(other.owner());
    other.start();
  }

  /** One with three partners of 1 GiB, who keep so much for one partner, and know two others. */
  private Member withThree(PartnerSettings wants, String most) throws Exception {
    net = new OneJvm(folder, 3);
    Member one = add("20.1.0.1", wants);
    ByteSize space = ByteSize.parse(most);
    Member middle = net.add(null, null, new OneJvm.Where("21.1.0.1", null, space));
    OneJvm.befriend(one, middle);
    for (int i = 0; i < 4; i++) {
      Member other = net.add(null, null, new OneJvm.Where(30 + i + ".1.0.1", null, space));
      OneJvm.befriend(middle, other);
      if (i < 2) {
        OneJvm.befriend(one, other);
      }
    }
    SearchInfo info = info(one);
    assertEquals(3, info.partners());
    assertEquals(2L << 30, info.usable());
    findAll();
    return one;
  }

  @Test
  void partnersAreAskedForMoreSpaceBeforeOthersAreLookedFor() throws Exception {
    Member one = withThree(wants("survive 1 loss", null, "3 GiB"), "2 GiB");
    String text = info(one).text();
    assertTrue(text.contains("2.00 GiB of 3.00 GiB") && text.contains("more space"), text);
    assertEquals(3, one.core.seeking().tick());
    assertEquals(3, info(one).partners());
    assertTrue(info(one).usable() >= 3L << 30, info(one).text());
    Partner partner = one.core.book().all().get(0);
    assertEquals(2, partner.agreement().generation());
    assertEquals(partner.spaceThere(), partner.spaceHere(), "each keeps as much more");
    assertEquals(0, one.core.seeking().tick(), "there is enough");
    assertFalse(info(one).seeking());
  }

  @Test
  void aDoubtedPartnerIsNotAskedForMoreAndItsSpaceDoesNotCount() throws Exception {
    Member one = withThree(wants("survive 1 loss", false, "2 GiB"), "4 GiB");
    assertEquals(0, one.core.seeking().tick(), "it fits at three");
    Partner doubted = one.core.book().all().get(1);
    one.core.conduct().book().audited(doubted.id(), AuditOutcome.WRONG);
    assertEquals(2, one.core.seeking().tick());
    for (Partner partner : one.core.book().all()) {
      boolean asked = !partner.id().equals(doubted.id());
      assertEquals(asked ? 2 : 1, partner.agreement().generation());
      assertEquals(asked, partner.spaceThere() >= 2L << 30, "each has all of 1+1");
    }
  }

  @Test
  void whatTheDriveHasIsReasonEnoughAndNobodyNeedBeLookedFor() throws Exception {
    net = new OneJvm(folder, 3);
    Member one = add("20.1.0.1", wants(null, false, null));
    Member friend = add("21.1.0.1", wants(null, false, null));
    OneJvm.befriend(one, friend);
    var less = new AgreementChange(2 * MIB, 2 * MIB, null, null);
    one.core.negotiator().amend(friend.owner(), less);
    friend.core.negotiator().agree(one.owner());
    one.core.negotiator().tick();
    assertEquals(0, one.core.seeking().tick());
    byte[] content = new byte[5 * (int) MIB];
    new java.util.Random(1).nextBytes(content);
    OneJvm.write(one.files(), FileSystem.ROOT, "file", content);
    net.clock.advance(Duration.ofMinutes(1));
    assertEquals(1, one.core.seeking().tick());
    assertTrue(one.core.book().all().get(0).spaceThere() > 5 * MIB);
    assertTrue(net.publish(one));
  }

  @Test
  void spaceIsLookedForUntilThereIsEnough() throws Exception {
    Member one = withThree(wants("survive 1 loss", null, "3 GiB"), "1 GiB");
    one.core.seeking().tick();
    assertEquals(1L << 30, one.core.book().all().get(0).spaceThere(), "more is not set aside");
    assertTrue(info(one).partners() > 3);
    assertTrue(info(one).usable() >= 3L << 30, info(one).text());
  }

  @Test
  void aNodeThatIsNotToLookSaysSoAndTakesNoStrangers() throws Exception {
    var config = NodeConfig.DEFAULT;
    assertFalse(config.seeks() || config.takesStrangers());
    Member one = circle(0);
    assertTrue(one.config.seeks() && one.config.takesStrangers());
    Member off = net.members.get(1);
    assertFalse(off.config.seeks());
    assertTrue(info(off).text().contains("the node looks for nobody"), info(off).text());
  }

  @Test
  void aKnownNodeIsOfferedAnAgreementWithoutItsAddress() throws Exception {
    Member one = circle(2);
    Member other = net.members.get(2);
    findAll();
    var negotiation = new NodeNegotiation(one.core, report(one));
    String id = other.owner().toString();
    negotiation.offer(new OfferTerms(id.substring(0, 11), null, MIB, MIB, MIB, false));
    assertTrue(one.core.book().find(other.owner()).isPresent());
    var unknown =
        assertThrows(
            NodeException.class,
            () -> negotiation.offer(new OfferTerms("ZZZZZ", null, MIB, MIB, MIB, false)));
    assertTrue(unknown.getMessage().contains("OWNER@HOST:PORT"), unknown.getMessage());
  }

  private NodeReport report(Member member) {
    var start = new NodeStart(member.home, member.config, member.secrets, null);
    return new NodeReport(start, member.core, net.clock.instant());
  }

  @Test
  void aPartnerSilentBeyondItsGraceCountsAsGoneOnlyIfItWasAsked() throws Exception {
    Member one = circle(1);
    Member middle = net.members.get(1);
    greet(one, 3);
    assertEquals(1, one.core.outlook().present().size());
    one.stop();
    net.clock.advance(Duration.ofDays(30));
    net.network.kill(middle.owner());
    one.start();
    greet(one, 3);
    net.clock.advance(Duration.ofDays(200));
    greet(one, 3);
    Duration lasting = standing(one, middle).lasting();
    assertTrue(lasting.toDays() < 2, "this node was away itself, and its clock jumped: a day");
    greet(one, 24);
    assertEquals(Standing.Level.SUSPECTED, standing(one, middle).level());
    greet(one, 12 * 24);
    assertEquals(1, one.core.outlook().present().size());
    one.stop();
    one.start();
    net.network.revive(middle.owner());
    net.clock.advance(Duration.ofMinutes(2));
    greet(one, 2);
    assertTrue(standing(one, middle).isGood(), "it holds nothing that it could show");
    net.network.kill(middle.owner());
    greet(one, 21 * 24 + 1);
    assertEquals(0, one.core.outlook().present().size());
    assertEquals(1, one.core.outlook().gone());
  }

  private static Standing standing(Member one, Member other) {
    return one.core.conduct().book().standing(other.owner());
  }

  private void greet(Member one, int hours) throws Exception {
    for (int hour = 0; hour < hours; hour++) {
      net.clock.advance(Duration.ofHours(1));
      one.core.greet();
    }
  }
}
