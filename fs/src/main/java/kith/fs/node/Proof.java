package kith.fs.node;

/**
 * What audits have shown.
 *
 * @param proved whether any audit covers the data since its acknowledgement
 * @param text one sentence for a person
 */
public record Proof(boolean proved, String text) {
  /** The truth as long as no audit has run: acknowledgements are all there is. */
  public static final Proof NONE =
      new Proof(false, "nothing is proved: partners acknowledged the data, no audit has tested it");
}
