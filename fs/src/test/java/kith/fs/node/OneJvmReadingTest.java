package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.fs.FileName;
import kith.fs.FileState;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.UnexpectedLogs;
import kith.peer.AgreementTerms;
import kith.peer.InvitationTerms;
import kith.peer.MessageKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commitment, declared restores and estates, with whole nodes. */
final class OneJvmReadingTest {
  private static final CodeParameters CODE = CodeParameters.of(1, 1);
  private static final AgreementTerms FRIENDS = AgreementTerms.friends();
  private static final AgreementTerms STRANGERS = AgreementTerms.strangers();

  /** Two per cent a day, grace of two days, no commitment. */
  private static final AgreementTerms IMPATIENT =
      new AgreementTerms(Duration.ofDays(2), Duration.ofDays(3), true, 20, 4, 48);

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private OneJvm.Member one;
  private OneJvm.Member two;

  @BeforeEach
  void start() throws Exception {
    net = new OneJvm(folder, 11);
    owner = net.add(CODE);
    one = net.add(null);
    two = net.add(null);
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private static void agree(OneJvm.Member inviter, OneJvm.Member accepter, AgreementTerms terms)
      throws Exception {
    var invitation = new InvitationTerms("inviter", 1L << 30, 1L << 30, terms);
    String code = inviter.core.invitations().create(invitation, Duration.ofDays(1));
    accepter.core.acceptance().accept(code, "accepter", 1L << 30);
  }

  private Map<String, String> written() throws Exception {
    byte[] content = new byte[400_000];
    new Random(3).nextBytes(content);
    OneJvm.write(owner.files(), FileSystem.ROOT, "file", content);
    Map<String, String> listing = OneJvm.listing(owner.files(), FileSystem.ROOT);
    assertTrue(net.publish(owner));
    return listing;
  }

  private Map<String, String> viewed(Kit kit) throws Exception {
    try (ViewCore view = net.view(kit)) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      return OneJvm.listing(fs, fs.lookup(FileSystem.ROOT, FileName.of("live")).inode());
    }
  }

  private WaitResult waited() throws Exception {
    return new SafeWait(
            owner.core.engine(),
            net.clock,
            Duration.ofMinutes(5),
            ProgressSink.NONE,
            owner.core.limits())
        .run(() -> 2);
  }

  @Test
  void whatIsWithStrangersIsLockedUntilTheirCommitmentEnds() throws Exception {
    agree(owner, one, STRANGERS);
    agree(owner, two, STRANGERS);
    var end = net.clock.instant().plus(Duration.ofDays(28));
    written();
    long file = owner.files().lookup(FileSystem.ROOT, FileName.of("file")).inode();
    byte[] name = "user.kith.state".getBytes(StandardCharsets.UTF_8);
    byte[] state = owner.files().xattr(file, name).orElseThrow();
    assertEquals("locked until " + end, new String(state, StandardCharsets.UTF_8));
    StateCounts counts = SafeWait.counts(owner.core.engine().safety());
    assertEquals(1, counts.locked().files());
    assertEquals(0, counts.safe().files() + counts.full().files());
    WaitResult result = waited();
    assertEquals(FileState.LOCKED, result.state());
    assertEquals(end, result.lockedUntil());
    net.clock.advance(Duration.ofDays(28));
    assertEquals(FileState.FULL, waited().state());
    assertEquals(1, SafeWait.counts(owner.core.engine().safety()).full().files());
  }

  @Test
  void oneStrangerAmongTwoHoldersIsEnoughToBeLocked() throws Exception {
    agree(owner, one, FRIENDS);
    agree(owner, two, STRANGERS);
    written();
    assertEquals(FileState.LOCKED, owner.core.engine().safety().packs().placed());
  }

  @Test
  @UnexpectedLogs.Expected("reading-used-up: pack .* cannot be read for 27 days")
  void aViewInTheCommitmentPeriodReadsFromFriendsAlone() throws Exception {
    agree(owner, one, FRIENDS);
    agree(owner, two, STRANGERS);
    Map<String, String> listing = written();
    Kit kit = net.kit(owner, CODE);
    owner.stop();
    assertEquals(listing, viewed(kit));
    one.stop();
    assertThrows(IOException.class, () -> viewed(kit), "the stranger gives nothing");
    net.clock.advance(Duration.ofDays(28));
    assertEquals(listing, viewed(kit));
    one.start();
  }

  @Test
  void theOwnerDoesNotAskWhoIsInHisCommitmentPeriod() throws Exception {
    agree(owner, one, STRANGERS);
    agree(owner, two, STRANGERS);
    written();
    assertEquals(2, owner.core.partners().locked().size());
    for (OneJvm.Member holder : List.of(one, two)) {
      Duration wait =
          owner.core.partners().untilReadable(holder.owner(), kith.peer.ReadPurpose.COURTESY);
      assertTrue(wait.compareTo(Duration.ofDays(27)) > 0, wait.toString());
    }
    assertEquals(0, net.network.count(MessageKind.GET));
  }

  @Test
  void manyViewsOfOneDisasterAreOneDeclaredRestore() throws Exception {
    agree(owner, one, IMPATIENT);
    agree(owner, two, IMPATIENT);
    Map<String, String> listing = written();
    Kit kit = net.kit(owner, CODE);
    for (int i = 0; i < 6; i++) {
      assertEquals(listing, viewed(kit));
      net.clock.advance(Duration.ofHours(20));
    }
    List<String> atOne = new ReadingWarnings(one.core).all();
    List<String> atTwo = new ReadingWarnings(two.core).all();
    assertTrue(atOne.size() <= 1 && atTwo.size() <= 1, atOne + " " + atTwo);
    // which of them has the shards that are read is drawn
    assertTrue((atOne + " " + atTwo).contains("has declared a restore"), atOne + " " + atTwo);
  }

  private void silent(Duration time) throws Exception {
    for (long hour = 0; hour < time.toHours(); hour++) {
      net.clock.advance(Duration.ofHours(1));
      for (OneJvm.Member holder : List.of(one, two)) {
        holder.core.greet();
        holder.core.reading().tick(holder.core.leaving());
      }
    }
  }

  @Test
  @UnexpectedLogs.Expected("restore-declared: a restore of this drive was declared")
  void aBurntOutOwnersEstateIsRestoredFromHisKit() throws Exception {
    agree(owner, one, IMPATIENT);
    agree(owner, two, IMPATIENT);
    OneJvm.befriend(one, two);
    Map<String, String> listing = written();
    Kit kit = net.kit(owner, CODE);
    net.clock.advance(Duration.ofDays(10));
    owner.stop();
    silent(Duration.ofHours(60));
    List<String> warnings = new ReadingWarnings(one.core).all();
    assertTrue(warnings.toString().contains("is an estate"), warnings.toString());
    assertEquals(listing, viewed(kit));
    silent(Duration.ofHours(2));
    assertTrue(new ReadingWarnings(one.core).all().toString().contains("is an estate"));

    owner.start();
    owner.core.greet();
    silent(Duration.ofHours(1));
    assertFalse(new ReadingWarnings(one.core).all().toString().contains("is an estate"));
    owner.core.partners().watch().tick();
    String told = new ReadingWarnings(owner.core).all().toString();
    assertTrue(told.contains("by a view"), told);
    assertTrue(told.contains("was an estate until this node came back"), told);
    OneJvm.write(owner.files(), FileSystem.ROOT, "more", new byte[1000]);
    assertTrue(net.publish(owner), "he has his place back");
  }

  @Test
  void anEstateThatNobodyRestoresIsGivenUp() throws Exception {
    agree(owner, one, IMPATIENT);
    agree(owner, two, IMPATIENT);
    OneJvm.befriend(one, two);
    written();
    owner.stop();
    silent(Duration.ofDays(6));
    assertEquals(0, one.core.holdings().usedBytes(owner.owner()));
    assertTrue(one.core.book().find(owner.owner()).isEmpty());
    assertTrue(one.core.book().find(two.owner()).isPresent());
    owner.start();
  }
}
