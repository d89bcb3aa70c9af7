package kith.fs.node;

import static kith.fs.node.NodeConfig.require;

import java.time.Duration;
import java.util.List;
import kith.peer.AuditMethod;
import kith.peer.AuditSettings;
import kith.peer.conduct.AuditDraw;
import kith.peer.conduct.AuditPace;

/**
 * How partners are audited; null stands for the default.
 *
 * @param perDay rounds a day with each partner; no more than was agreed with it
 * @param youngPerDay the same in the first three weeks
 * @param blocks that each round is about
 * @param slowSeconds a right answer that takes longer counts as slow
 * @param proof by which a holder proves what is here, too: hash, block or power
 */
public record AuditConfig(
    Integer perDay, Integer youngPerDay, Integer blocks, Integer slowSeconds, String proof) {
  private static final String HASH = "hash";
  private static final String BLOCK = "block";
  private static final String POWER = "power";
  private static final int MOST = 1000;
  private static final int PATIENCE = 3;

  public AuditConfig {
    perDay = perDay == null ? AuditPace.usual().perDay() : perDay;
    youngPerDay = youngPerDay == null ? 2 * perDay : youngPerDay;
    blocks = blocks == null ? 1 : blocks;
    slowSeconds = slowSeconds == null ? 60 : slowSeconds;
    proof = proof == null ? HASH : proof;
    require(
        perDay >= 1 && perDay <= MOST && youngPerDay >= 1 && youngPerDay <= 2 * MOST,
        "'audits.perDay' is out of bounds: give a number from 1 to 1000");
    require(
        blocks >= 1 && blocks <= AuditDraw.MAX_BLOCKS,
        "'audits.blocks' is " + blocks + ": give a number from 1 to " + AuditDraw.MAX_BLOCKS);
    require(
        List.of(HASH, BLOCK, POWER).contains(proof),
        "'audits.proof' is '" + proof + "': it can be hash, block or power");
    require(
        slowSeconds >= 1 && slowSeconds <= 3600,
        "'audits.slowSeconds' is " + slowSeconds + ": give a number from 1 to 3600");
  }

  static AuditConfig none() {
    return new AuditConfig(null, null, null, null, null);
  }

  AuditSettings settings() {
    Duration slow = Duration.ofSeconds(slowSeconds);
    var pace = new AuditPace(perDay, youngPerDay, AuditPace.usual().young());
    return new AuditSettings(pace, blocks, slow, slow.multipliedBy(PATIENCE));
  }

  AuditMethod method() {
    return switch (proof) {
      case HASH -> AuditMethod.HMAC;
      case POWER -> AuditMethod.POWER;
      default -> AuditMethod.BLOCK;
    };
  }
}
