package kith.codec;

/**
 * An erasure code: m data shards and k parity shards, of which any m rebuild the pack.
 *
 * @param codeId which code; {@link #REED_SOLOMON} is the only one built, 2 is kept for Tornado
 * @param m data shards, at least 1
 * @param k parity shards, at least 0; m + k at most 255
 */
public record CodeParameters(int codeId, int m, int k) {
  /** Systematic Reed-Solomon over GF(2^8) with a Cauchy matrix. */
  public static final int REED_SOLOMON = 1;

  /** The largest m + k. */
  public static final int MAX_SHARDS = 255;

  public CodeParameters {
    if (codeId != REED_SOLOMON) {
      throw new IllegalArgumentException("code id " + codeId + " is not known");
    }
    if (m < 1 || k < 0 || m + k > MAX_SHARDS) {
      throw new IllegalArgumentException("no code has m=" + m + " and k=" + k);
    }
  }

  /** Reed-Solomon with m data and k parity shards. */
  public static CodeParameters of(int m, int k) {
    return new CodeParameters(REED_SOLOMON, m, k);
  }

  /** All shards: m + k. */
  public int n() {
    return m + k;
  }

  /** As users write it: {@code 4+2}. */
  @Override
  public String toString() {
    return m + "+" + k;
  }
}
