package kith.fs.simulate;

import java.util.Arrays;

/**
 * How much a rare loss counts where partners are lost more often than they really are (importance
 * sampling with failure biasing: Shahabuddin 1994). For each owner a cycle begins when all of his
 * shards are there and the first partner is lost; from then on the ratio of the likelihoods of what
 * happens, really and here, is kept: {@code 1/boost} for each further loss, and {@code exp((boost -
 * 1) x rate)} for each year of a partner, and of the owner, in which nothing happens. For one
 * thread.
 */
final class Cycles {
  private final double boost;
  private final double rate;
  private float[] logs = new float[0];
  private byte[] lost = new byte[0];
  private boolean[] running = new boolean[0];
  private long count;
  private double partnerDays;

  /**
   * @param boost how many times as often nodes are lost as they really are; 1 for a plain run
   * @param rate losses a year, really
   */
  Cycles(double boost, double rate) {
    this.boost = boost;
    this.rate = rate;
  }

  double boost() {
    return boost;
  }

  void add(int node) {
    if (node >= logs.length) {
      int size = Math.max(64, 2 * node);
      logs = Arrays.copyOf(logs, size);
      lost = Arrays.copyOf(lost, size);
      running = Arrays.copyOf(running, size);
    }
  }

  /** One of the owner's partners has lost what it held. */
  void partnerLost(int owner) {
    if (running[owner]) {
      logs[owner] -= (float) Math.log(boost);
    } else {
      running[owner] = true;
      logs[owner] = 0;
      count++;
    }
  }

  /**
   * A day has passed.
   *
   * @param partners that are not lost
   * @param lacking of how many partners shards are lost and not elsewhere yet
   */
  void day(int owner, int partners, int lacking) {
    partnerDays += partners;
    lost[owner] = (byte) lacking;
    if (lacking == 0) {
      running[owner] = false;
    } else if (running[owner]) {
      logs[owner] += (float) ((boost - 1) * rate / 365 * (partners + 1));
    }
  }

  /** What a loss that happens now counts. */
  double weight(int owner) {
    return running[owner] ? Math.exp(logs[owner]) : 1;
  }

  int lacking(int owner) {
    return lost[owner];
  }

  /** Cycles that have begun. */
  long count() {
    return count;
  }

  /** Days of partners that are not lost. */
  double partnerDays() {
    return partnerDays;
  }
}
