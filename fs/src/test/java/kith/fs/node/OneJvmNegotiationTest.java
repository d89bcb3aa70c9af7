package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kith.codec.CodeParameters;
import kith.fs.FileSystem;
import kith.peer.AgreementChange;
import kith.peer.Contact;
import kith.peer.NodeAddress;
import kith.peer.Partner;
import kith.peer.choice.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive at a holder that was a stranger, and what amendments do to its quota. */
final class OneJvmNegotiationTest {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private OneJvm.Member holder;

  @BeforeEach
  void start() throws Exception {
    net = new OneJvm(folder, 7);
    owner = net.add(CodeParameters.of(1, 0), null, new OneJvm.Where("10.1.0.1", null));
    holder = net.add(null, null, new OneJvm.Where("10.2.0.1", null));
    var contact = new Contact(holder.owner(), List.of(new NodeAddress("10.2.0.1", 5484)));
    owner.core.negotiator().offer(contact, 4 * MIB, 4 * MIB, MIB);
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private Partner atHolder() {
    return holder.core.book().find(owner.owner()).orElseThrow();
  }

  private void write(String name) throws Exception {
    byte[] content = new byte[(int) (3 * MIB)];
    new java.util.Random(name.hashCode()).nextBytes(content);
    OneJvm.write(owner.files(), FileSystem.ROOT, name, content);
  }

  @Test
  void theHoldersQuotaFollowsAmendments() throws Exception {
    write("one");
    assertTrue(net.publish(owner));
    write("two");
    owner.core.negotiator().amend(holder.owner(), new AgreementChange(null, 16 * MIB, null, null));
    assertEquals(2, atHolder().agreement().generation());
    assertEquals(16 * MIB, atHolder().spaceHere());
    assertEquals(
        atHolder().agreement(), owner.core.book().find(holder.owner()).orElseThrow().agreement());
    net.clock.advance(Duration.ofHours(1));
    assertTrue(net.publish(owner));
    assertTrue(holder.core.holdings().usedBytes(owner.owner()) > 6 * MIB);
  }

  private static PartnerSettings present(String schedule, String uplink) {
    return new PartnerSettings(
        schedule,
        ByteSize.parse("10K"),
        ByteSize.parse("20K"),
        null,
        Rate.parse(uplink),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void agreementsStateWhatTheConfigurationSays() throws Exception {
    var night = net.add(null, null, new OneJvm.Where("10.3.0.1", present("22-6", "8Mbit/s")));
    OneJvm.befriend(owner, night);
    var side =
        owner.core.book().find(night.owner()).orElseThrow().agreement().sideOf(night.owner());
    assertArrayEquals(Schedule.parse("22-6").toBytes(), side.schedule());
    assertEquals(10 << 10, side.leastBandwidth());
    assertEquals(20 << 10, side.meanBandwidth());
  }

  @Test
  void whatTheUplinkCannotGiveBackIsCounteredOrWaits() throws Exception {
    var slow = net.add(null, null, new OneJvm.Where("10.3.0.1", present("always", "512kbit/s")));
    long all = slow.core.capacity().bytes().orElseThrow();
    var contact = new Contact(slow.owner(), List.of(new NodeAddress("10.3.0.1", 5484)));
    owner.core.negotiator().offer(contact, 4 * MIB, all + MIB, MIB);
    assertEquals(all, slow.core.outlook().promises().bytes());
    var more = new AgreementChange(null, all + 1, null, null);
    assertTrue(owner.core.negotiator().amend(slow.owner(), more).partner().isEmpty());
    assertEquals(all, slow.core.outlook().promises().bytes());
  }

  @Test
  void aStrangerIsLockedForItsCommitmentAlsoAfterAnAmendment() throws Exception {
    Partner partner = owner.core.book().find(holder.owner()).orElseThrow();
    var end = net.clock.instant().plus(Duration.ofDays(28));
    assertEquals(end, owner.core.partners().lockedUntil(partner).orElseThrow());
    net.clock.advance(Duration.ofDays(20));
    owner.core.negotiator().amend(holder.owner(), new AgreementChange(null, 5 * MIB, null, null));
    partner = owner.core.book().find(holder.owner()).orElseThrow();
    assertEquals(end, owner.core.partners().lockedUntil(partner).orElseThrow());
    net.clock.advance(Duration.ofDays(9));
    assertTrue(owner.core.partners().lockedUntil(partner).isEmpty());
  }
}
