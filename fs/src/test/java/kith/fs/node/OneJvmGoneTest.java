package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.fs.FileState;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import kith.peer.conduct.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole nodes whose partner vanishes and stays in the book: as soon as its grace is over, packs are
 * spread over the others.
 */
final class OneJvmGoneTest {
  private static final byte[] STATE = "user.kith.state".getBytes(StandardCharsets.UTF_8);
  private static final Duration GRACE = Duration.ofDays(21);

  @TempDir Path folder;
  private OneJvm net;

  @BeforeEach
  void open() {
    net = new OneJvm(folder, 17);
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private OneJvm.Member owner(CodeParameters code, int partners) throws Exception {
    OneJvm.Member owner = net.add(code);
    for (int i = 0; i < partners; i++) {
      OneJvm.befriend(owner, net.add(null, null, new OneJvm.Where("203." + i + ".0.1", null)));
    }
    owner.core.greet();
    return owner;
  }

  private static long write(OneJvm.Member owner, String name) throws Exception {
    byte[] content = new byte[300_000];
    new Random(name.hashCode()).nextBytes(content);
    return OneJvm.write(owner.files(), FileSystem.ROOT, name, content);
  }

  private static String state(OneJvm.Member owner, long file) throws Exception {
    return new String(owner.files().xattr(file, STATE).orElseThrow(), StandardCharsets.UTF_8);
  }

  private static String code(OneJvm.Member owner) {
    return owner.core.engine().code().map(CodeParameters::toString).orElse("none");
  }

  private static Redundancy redundancy(OneJvm.Member owner) throws Exception {
    var start = new NodeStart(owner.home, owner.config, owner.secrets, null);
    return new NodeReport(start, owner.core, Instant.EPOCH).status(null).redundancy();
  }

  /** {@code kith wait}, while virtual time passes and the node works. */
  private WaitResult waited(OneJvm.Member owner) throws Exception {
    ProgressSink passing =
        progress -> {
          net.clock.advance(Duration.ofSeconds(10));
          return true;
        };
    return new SafeWait(
            owner.core.engine(), net.clock, Duration.ofMinutes(30), passing, owner.core.limits())
        .run(() -> owner.core.outlook().holders().size());
  }

  /** Lets time pass in which the node asks its partners each hour whether they are there. */
  private void pass(OneJvm.Member owner, Duration time) throws Exception {
    for (Instant end = net.clock.instant().plus(time); net.clock.instant().isBefore(end); ) {
      net.clock.advance(Duration.ofHours(1));
      owner.core.greet();
    }
  }

  private Standing standing(OneJvm.Member owner, OneJvm.Member other) {
    return owner.core.conduct().book().standing(other.owner());
  }

  private void move(OneJvm.Member owner) throws Exception {
    while (owner.core.engine().moving().tick() > 0) {
      net.clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  @UnexpectedLogs.Expected("is excluded")
  void ofThreePartnersOneVanishesAndAllIsSpreadOverTheOtherTwo() throws Exception {
    OneJvm.Member owner = owner(null, 3);
    OneJvm.Member gone = net.members.get(3);
    long before = write(owner, "before");
    assertTrue(net.publish(owner));
    assertEquals("full 2+1", state(owner, before) + " " + code(owner));
    net.network.kill(gone.owner());
    pass(owner, GRACE.minusDays(2));
    assertEquals("full 2+1", state(owner, before) + " " + code(owner));
    pass(owner, Duration.ofDays(4));
    assertTrue(standing(owner, gone).isReneged(), standing(owner, gone).toString());
    assertEquals("degraded 1+1", state(owner, before) + " " + code(owner));
    long after = write(owner, "after");
    assertEquals(FileState.FULL, waited(owner).state());
    assertEquals(List.of("full", "full"), List.of(state(owner, before), state(owner, after)));
    assertEquals(0, owner.core.engine().moving().progress().packs());
    assertEquals(1, redundancy(owner).losses());
    returns(owner, gone, before);
  }

  /** He was away for longer than his grace, which is forgiven once; nothing goes back for it. */
  private void returns(OneJvm.Member owner, OneJvm.Member gone, long file) throws Exception {
    net.network.revive(gone.owner());
    pass(owner, Duration.ofHours(2));
    assertTrue(!standing(owner, gone).isReneged(), standing(owner, gone).toString());
    assertEquals("full 2+1", state(owner, file) + " " + code(owner));
    long third = write(owner, "third");
    assertEquals(FileState.FULL, waited(owner).state());
    assertEquals("full", state(owner, third));
    assertTrue(owner.core.partners().used(gone.owner()) > 0);
  }

  @Test
  @UnexpectedLogs.Expected("is excluded")
  void aFixedCodeIsKeptAndWaitSaysAtOnceThatPartnersAreMissing() throws Exception {
    OneJvm.Member owner = owner(CodeParameters.of(2, 1), 3);
    write(owner, "before");
    assertTrue(net.publish(owner));
    net.network.kill(net.members.get(3).owner());
    pass(owner, GRACE.plusDays(2));
    write(owner, "after");
    NodeException few = assertThrows(NodeException.class, () -> waited(owner));
    assertEquals(ExitCode.NOT_ENOUGH_PARTNERS, few.code(), few.getMessage());
    assertEquals(0, redundancy(owner).losses());
    OneJvm.befriend(owner, net.add(null, null, new OneJvm.Where("203.9.0.1", null)));
    owner.core.greet();
    move(owner);
    assertEquals(FileState.FULL, waited(owner).state());
    assertEquals("2+1", code(owner));
  }

  @Test
  @UnexpectedLogs.Expected("is excluded")
  void whoWaitsIsToldWhenAPartnerComesToCountAsGone() throws Exception {
    OneJvm.Member owner = owner(CodeParameters.of(2, 1), 3);
    net.network.kill(net.members.get(3).owner());
    pass(owner, GRACE.minusDays(1));
    write(owner, "waits");
    ProgressSink hours =
        progress -> {
          net.clock.advance(Duration.ofHours(1));
          try {
            owner.core.greet();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return true;
        };
    var wait =
        new SafeWait(
            owner.core.engine(), net.clock, GRACE.multipliedBy(9), hours, owner.core.limits());
    NodeException few =
        assertThrows(
            NodeException.class, () -> wait.run(() -> owner.core.outlook().holders().size()));
    assertEquals(ExitCode.NOT_ENOUGH_PARTNERS, few.code(), few.getMessage());
  }

  @Test
  @UnexpectedLogs.Expected("is excluded")
  void statusTellsOfAFixedCodeWithNobodyLeft() throws Exception {
    OneJvm.Member owner = owner(CodeParameters.of(1, 0), 1);
    net.network.kill(net.members.get(1).owner());
    pass(owner, GRACE.plusDays(2));
    assertEquals(0, redundancy(owner).losses());
  }

  /** On this machine alone, and not where another run of this test is. */
  private static OneJvm.Where here(int number, boolean seeks) {
    String host = "127." + (20 + ProcessHandle.current().pid() % 200) + ".7." + number;
    var wants =
        new PartnerSettings(
            null, null, null, "survive 1 loss", null, null, null, null, null, null, seeks, null);
    return new OneJvm.Where(host, wants);
  }

  private void find() throws Exception {
    for (OneJvm.Member member : net.members) {
      member.core.find();
      member.core.greet();
    }
  }

  @Test
  void overTlsOneWhoVanishesIsReplacedByOneWhoIsFound() throws Exception {
    net.close();
    net = new OneJvm(folder.resolve("tls"));
    java.nio.file.Files.createDirectory(folder.resolve("tls"));
    OneJvm.Member owner = net.add(null, null, here(1, true));
    OneJvm.Member friend = net.add(null, null, here(2, false));
    OneJvm.Member gone = net.add(null, null, here(3, false));
    OneJvm.Member other = net.add(null, null, here(4, false));
    for (OneJvm.Member partner : List.of(friend, gone)) {
      OneJvm.befriend(owner, partner);
    }
    OneJvm.befriend(friend, other);
    find();
    long file = write(owner, "file");
    assertTrue(net.publish(owner));
    assertEquals("full 1+1", state(owner, file) + " " + code(owner));
    gone.stop();
    net.members.remove(gone);
    pass(owner, GRACE.plusDays(2));
    assertTrue(standing(owner, gone).isReneged(), standing(owner, gone).toString());
    assertEquals("degraded 1+0", state(owner, file) + " " + code(owner));
    for (int round = 0; round < 4; round++) {
      find();
      owner.core.seeking().tick();
      net.clock.advance(Duration.ofMinutes(20));
    }
    assertTrue(owner.core.book().find(other.owner()).isPresent(), "found through the friend");
    owner.core.greet();
    move(owner);
    assertEquals(FileState.LOCKED, waited(owner).state(), "a stranger's commitment goes on");
    assertTrue(state(owner, file).startsWith("locked until"), state(owner, file));
    assertEquals("1+1", code(owner));
    assertTrue(owner.core.partners().used(other.owner()) > 300_000);
    assertEquals(1, redundancy(owner).losses());
  }
}
