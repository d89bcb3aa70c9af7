package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.KithException;
import kith.peer.conduct.AuditOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audits that break: at every message, and at every write of either side, before it is stored and
 * after. Nobody is accused, and the round that was due is finished.
 */
final class AuditBreaksTest {
  private static final Set<AuditOutcome> HARMLESS =
      EnumSet.of(AuditOutcome.PROVED, AuditOutcome.OFFLINE, AuditOutcome.OURS);

  private @TempDir Path folder;
  private int started;

  private AuditPair start() throws IOException, KithException {
    Path own = folder.resolve("ledgers" + started++);
    java.nio.file.Files.createDirectory(own);
    var pair = new AuditPair(started, own);
    pair.put(100_000);
    pair.put(70_000);
    pair.network.resetCounts();
    return pair;
  }

  /** After the break both are there again: what is due is finished, and then the next. */
  private static void recovers(AuditPair pair, String broken) throws KithException {
    Optional<AuditRow.Open> due = pair.audits.row(pair.holder.id()).open();
    for (AuditOutcome outcome : pair.heard) {
      assertTrue(HARMLESS.contains(outcome), broken + ": " + outcome);
    }
    long opened = pair.network.count(MessageKind.AUDIT_OPEN);
    pair.clock.advance(Duration.ofHours(1));
    assertEquals(Optional.of(AuditOutcome.PROVED), pair.audit().outcome(), broken);
    long more = pair.network.count(MessageKind.AUDIT_OPEN) - opened;
    assertEquals(due.isPresent() ? 0 : 1, more, broken);
    assertEquals(Optional.of(AuditOutcome.PROVED), pair.audit().outcome(), broken);
    assertFalse(pair.summary().isDue(), broken);
  }

  @Test
  void anAuditThatBreaksAtAnyMessage() throws IOException, KithException {
    boolean ends = false;
    int message = 0;
    for (; !ends; message++) {
      try (AuditPair pair = start()) {
        pair.network.loseAfter(message);
        ends = pair.audit().outcome().equals(Optional.of(AuditOutcome.PROVED));
        pair.network.heal();
        if (message % 2 == 1) {
          pair.restartOwner();
        } else {
          pair.restartHolder();
        }
        recovers(pair, "without message " + message);
      }
    }
    assertTrue(message > 6, message + " messages");
  }

  /** Lets a node die at its n-th write from now on, which is stored or not; true once it did. */
  private static boolean[] dieAt(AuditPair pair, TestNode node, int write, boolean stored) {
    int[] seen = {0};
    boolean[] dead = {false};
    node.disk
        .storage()
        .duringWrite(
            () -> {
              if (dead[0]) {
                throw new IOException("a dead node writes nothing");
              }
              if (seen[0]++ == write) {
                dead[0] = true;
                pair.network.kill(node.id());
                if (!stored) {
                  throw new IOException("killed before it was stored");
                }
              }
            });
    return dead;
  }

  private void atEachWrite(boolean owners, boolean stored) throws IOException, KithException {
    boolean died = true;
    int write = 0;
    for (; died; write++) {
      try (AuditPair pair = start()) {
        TestNode dying = owners ? pair.owner : pair.holder;
        boolean[] dead = dieAt(pair, dying, write, stored);
        pair.audit();
        died = dead[0];
        pair.network.revive(dying.id());
        if (owners) {
          pair.restartOwner();
        } else {
          pair.restartHolder();
        }
        pair.holder.audits.health().tick();
        recovers(
            pair,
            (owners ? "owner" : "holder")
                + (stored ? " killed after write " : " killed before write ")
                + write);
      }
    }
    assertTrue(write > 1, "no write was seen");
  }

  @Test
  void anAuditWithAKillAtAnyWriteOfTheOwner() throws IOException, KithException {
    atEachWrite(true, true);
    atEachWrite(true, false);
  }

  @Test
  void anAuditWithAKillAtAnyWriteOfTheHolder() throws IOException, KithException {
    atEachWrite(false, true);
    atEachWrite(false, false);
  }
}
