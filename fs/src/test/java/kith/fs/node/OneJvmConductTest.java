package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.fs.FileState;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import kith.peer.conduct.AuditOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes one of which does not keep its word: what becomes of what it has. */
final class OneJvmConductTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final byte[] STATE = "user.kith.state".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private long file;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(folder, 11);
    owner = net.add(CODE);
    for (int i = 0; i < 4; i++) {
      OneJvm.befriend(owner, net.add(null, null, new OneJvm.Where("203." + i + ".0.1", null)));
    }
    byte[] content = new byte[900_000];
    new Random(5).nextBytes(content);
    file = OneJvm.write(owner.files(), FileSystem.ROOT, "file", content);
    owner.core.greet();
    assertTrue(net.publish(owner));
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private OneJvm.Member holder() {
    return net.members.stream()
        .filter(
            member ->
                member != owner
                    && isTrusted(member)
                    && owner.core.partners().used(member.owner()) > 100_000)
        .findFirst()
        .orElseThrow();
  }

  private boolean isTrusted(OneJvm.Member member) {
    return owner.core.conduct().book().standing(member.owner()).isGood();
  }

  private String state() throws Exception {
    return new String(owner.files().xattr(file, STATE).orElseThrow(), StandardCharsets.UTF_8);
  }

  private NodeStatus status() throws Exception {
    var start = new NodeStart(owner.home, owner.config, owner.secrets, null);
    return new NodeReport(start, owner.core, Instant.EPOCH).status(null);
  }

  private void wrong(OneJvm.Member holder) throws Exception {
    for (int i = 0; i < 3; i++) {
      owner.core.conduct().book().audited(holder.owner(), AuditOutcome.WRONG);
    }
  }

  /** {@code kith wait}, while virtual time passes. */
  private WaitResult waited() throws Exception {
    ProgressSink passing =
        progress -> {
          net.clock.advance(Duration.ofSeconds(10));
          return true;
        };
    return new SafeWait(
            owner.core.engine(), net.clock, Duration.ofSeconds(30), passing, owner.core.limits())
        .run(() -> 4);
  }

  @Test
  @UnexpectedLogs.Expected("is excluded")
  void whatAnExcludedPartnerHasIsDegradedUntilItIsElsewhere() throws Exception {
    assertEquals("full", state());
    OneJvm.Member liar = holder();
    wrong(liar);
    assertEquals("degraded", state());
    assertTrue(status().files().in(FileState.DEGRADED).files() > 0);
    assertEquals(0, status().files().in(FileState.FULL).files());
    NodeException refused = assertThrows(NodeException.class, this::waited);
    assertEquals(ExitCode.NOT_YET_SAFE, refused.code());
    while (owner.core.engine().moving().tick() > 0) {
      net.clock.advance(Duration.ofSeconds(1));
    }
    assertTrue(net.publish(owner));
    assertEquals("full", state());
    assertEquals(FileState.FULL, waited().state());
    assertFalse(status().files().in(FileState.DEGRADED).files() > 0);
  }

  /** {@code kith repair}, while the duty of the node moves one shard after the other. */
  private RepairResult repaired(Duration timeout) throws Exception {
    ProgressSink passing =
        progress -> {
          net.clock.advance(Duration.ofSeconds(1));
          seen.add(progress);
          return moved();
        };
    return new NodeRepair(owner.core).run(timeout, passing);
  }

  private final List<Progress> seen = new ArrayList<>();

  private boolean moved() {
    try {
      owner.core.engine().moving().tick();
      return true;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void repairTellsWhatIsToBeDoneAndWaitsUntilItIs() throws Exception {
    assertEquals(List.of(), new NodeRepair(owner.core).show().found());
    assertEquals(List.of(), repaired(Duration.ofMinutes(5)).found());
    OneJvm.Member liar = holder();
    wrong(liar);
    RepairResult shown = new NodeRepair(owner.core).show();
    RepairResult.Line line = shown.found().get(0);
    assertEquals("gone now " + liar.owner(), line.why() + " " + line.when() + " " + line.owner());
    assertTrue(line.shards() > 0 && line.bytes() > 0 && line.stuck() == 0, line.toString());
    NodeException late = assertThrows(NodeException.class, () -> repaired(Duration.ofSeconds(1)));
    assertEquals(ExitCode.NOT_YET_SAFE, late.code());
    seen.clear();
    RepairResult done = repaired(Duration.ofMinutes(5));
    assertEquals(List.of(), done.left());
    assertFalse(done.found().isEmpty());
    assertEquals(0, seen.get(0).doneBytes());
    assertTrue(seen.get(0).totalBytes() > 0);
    assertEquals("full", state());
    wrong(holder());
    NodeException few = assertThrows(NodeException.class, () -> repaired(Duration.ofHours(1)));
    assertEquals(ExitCode.NOT_ENOUGH_PARTNERS, few.code());
    assertTrue(new NodeRepair(owner.core).show().left().get(0).stuck() > 0);
  }
}
