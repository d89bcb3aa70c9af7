package kith.fs.node;

import java.time.Instant;

/**
 * What audits have shown.
 *
 * @param proved whether audits have covered every partner that has anything
 * @param text one sentence for a person
 * @param since when the one of them passed an audit whose last was the longest ago; null for never
 * @param sampled blocks that were drawn and were there
 * @param bound with 95% probability less than this part is lost at any of them; 1 if nothing is
 *     known
 */
public record Proof(boolean proved, String text, Instant since, long sampled, double bound) {
  /** As long as no audit was passed: acknowledgements are all there is. */
  public static final Proof NONE =
      new Proof(
          false,
          "nothing is proved: partners acknowledged the data, no audit has tested it",
          null,
          0,
          1);
}
