package kith.peer.conduct;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a partner who admits that he lost what he held has had a disaster, or has reneged. A
 * machine that was burnt out comes back with the next epoch and says what it has not any more: that
 * is a disaster, and one is borne in a year. Who loses things without having lost his machine, or
 * loses his machine again and again, does not keep his word. No state.
 */
public final class DisasterRule {
  /** At most one disaster within this time. */
  public static final Duration APART = Duration.ofDays(365);

  /** What an admitted loss is. */
  public enum Verdict {
    /** It is borne: he gets the shards again. */
    DISASTER,
    /** It counts as any loss. */
    LOSS
  }

  /**
   * A disaster that was borne.
   *
   * @param epoch of the node that came back after it
   * @param at by this node's clock
   */
  public record Disaster(long epoch, Instant at) {}

  /**
   * An admitted loss.
   *
   * @param epoch of the node that admits it
   * @param putAt epoch of the node that had acknowledged what is lost
   * @param now by this node's clock
   */
  public record Admission(long epoch, long putAt, Instant now) {}

  private DisasterRule() {}

  /**
   * @param last the disaster that was borne last, if there was one
   */
  public static Verdict judge(Optional<Disaster> last, Admission admission) {
    if (admission.epoch <= admission.putAt) {
      return Verdict.LOSS;
    }
    if (last.isEmpty()) {
      return Verdict.DISASTER;
    }
    Disaster before = last.get();
    // What one machine lost is admitted shard by shard: that is one disaster.
    boolean same = admission.epoch == before.epoch && admission.putAt < before.epoch;
    boolean longAgo = Duration.between(before.at, admission.now).abs().compareTo(APART) >= 0;
    return same || longAgo ? Verdict.DISASTER : Verdict.LOSS;
  }
}
