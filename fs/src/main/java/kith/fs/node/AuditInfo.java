package kith.fs.node;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kith.peer.AuditBook;
import kith.peer.conduct.AuditOutcome;

/**
 * What the audits of one partner have shown.
 *
 * @param proved when it last passed one, or null for never
 * @param sampled blocks that were there, of all that were drawn since
 * @param since that time
 * @param bound with 95% probability less than this part of what it holds is lost; 1 if nothing is
 *     known
 * @param last how the last one ended, or null
 * @param due whether one waits for its answer
 * @param outcomes how many ended how, ever
 */
public record AuditInfo(
    Instant proved,
    long sampled,
    Instant since,
    double bound,
    String last,
    boolean due,
    Map<String, Long> outcomes) {
  public AuditInfo {
    outcomes = new TreeMap<>(outcomes);
  }

  /** Nothing is known. */
  public static final AuditInfo NONE = new AuditInfo(null, 0, null, 1, null, false, Map.of());

  static AuditInfo of(AuditBook.Summary summary) {
    var outcomes = new TreeMap<String, Long>();
    new EnumMap<>(summary.counts()).forEach((outcome, n) -> outcomes.put(word(outcome), n));
    return new AuditInfo(
        summary.proved().orElse(null),
        summary.sampled(),
        summary.sampled() == 0 ? null : summary.since(),
        summary.bound(),
        summary.last().map(AuditInfo::word).orElse(null),
        summary.isDue(),
        outcomes);
  }

  static String word(AuditOutcome outcome) {
    return switch (outcome) {
      case PROVED, WRONG, LOST, SLOW, OFFLINE -> outcome.name().toLowerCase(Locale.ROOT);
      case OURS -> "our-error";
    };
  }
}
