package kith.peer.choice;

import java.time.Duration;
import kith.codec.CodeParameters;

/**
 * How likely a drive is lost. Partners are lost for good independently of each other at a constant
 * rate; what a lost one held is somewhere else after a time that is exponentially distributed, each
 * by itself: a birth-death chain in continuous time over how many are lost at once, absorbed when
 * these are more than the code survives (as for disks: Gibson, "Redundant Disk Arrays", 1991). With
 * many packs every set of holders occurs, so the chain is over all partners, not over those of one
 * pack.
 *
 * @param lossesPerYear how many of one partner's kind are lost for good in a year: 0.2 is one in
 *     five
 * @param repair from the loss until everything is elsewhere, on average
 */
public record LossModel(double lossesPerYear, Duration repair) {
  private static final double YEAR = Duration.ofDays(365).toSeconds();
  private static final int MAX_PARTNERS = 255;
  private static final int TERMS = 24;

  /** What is assumed weighs as much as so many observed years of partners. */
  private static final double ASSUMED_YEARS = 10;

  /** Fewer observed years of partners may have been lucky. */
  private static final double LUCKY_YEARS = 100;

  private static final double RATE_STEP = 1.5;

  /** A worm that takes all machines of one operating system: once in ten years. */
  private static final double WORMS = 0.1;

  /** Over which a pack is spread evenly. */
  static final int SYSTEMS = 4;

  public LossModel {
    if (!(lossesPerYear >= 0 && lossesPerYear <= 1000) || repair.toSeconds() < 1) {
      throw new IllegalArgumentException("no model of " + lossesPerYear + " a year, " + repair);
    }
  }

  /**
   * The probability that within a year more than {@code tolerated} partners are lost at once.
   *
   * @param partners over whom packs are spread, 1 to 255
   * @param tolerated 0 to partners; all of them: certainly none is lost
   */
  public double annualLoss(int partners, int tolerated) {
    checkCounts(partners, tolerated);
    if (tolerated == partners || lossesPerYear == 0) {
      return 0;
    }
    int states = tolerated + 2;
    double[] up = new double[states];
    double[] down = new double[states];
    double fastest = 0;
    for (int lost = 0; lost <= tolerated; lost++) {
      up[lost] = (partners - lost) * lossesPerYear;
      down[lost] = lost * YEAR / repair.toSeconds();
      fastest = Math.max(fastest, up[lost] + down[lost]);
    }
    int squarings = Math.max(0, Math.getExponent(fastest) + 1);
    double[][] step = exponential(up, down, Math.scalb(1.0, -squarings), fastest);
    for (int i = 0; i < squarings; i++) {
      step = product(step, step);
    }
    return Math.min(1, step[0][states - 1]);
  }

  /**
   * The transitions within a time by uniformization (Jensen 1953): sums of positive terms only, so
   * that small probabilities are as exact as large ones.
   *
   * @param time such that fastest x time is at most 1
   */
  private static double[][] exponential(double[] up, double[] down, double time, double fastest) {
    int states = up.length;
    double[][] jump = new double[states][states];
    for (int i = 0; i < states; i++) {
      jump[i][i] = 1 - (up[i] + down[i]) / fastest;
      if (i + 1 < states) {
        jump[i][i + 1] = up[i] / fastest;
      }
      if (i > 0) {
        jump[i][i - 1] = down[i] / fastest;
      }
    }
    double[][] power = identity(states);
    double[][] sum = new double[states][states];
    double weight = Math.exp(-fastest * time);
    for (int term = 0; term < TERMS + states; term++) {
      for (int i = 0; i < states; i++) {
        for (int j = 0; j < states; j++) {
          sum[i][j] += weight * power[i][j];
        }
      }
      power = product(power, jump);
      weight *= fastest * time / (term + 1);
    }
    return sum;
  }

  private static double[][] identity(int size) {
    double[][] one = new double[size][size];
    for (int i = 0; i < size; i++) {
      one[i][i] = 1;
    }
    return one;
  }

  private static double[][] product(double[][] a, double[][] b) {
    int size = a.length;
    double[][] c = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < size; k++) {
        for (int j = 0; j < size; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /**
   * The probability that within a year a worm comes and finds more partners missing than a code
   * survives besides: it takes as many shards of a pack as lie on one of four operating systems.
   *
   * @param partners over whom packs are spread, at least as many as the code has shards
   */
  public double wormLoss(int partners, CodeParameters code) {
    int taken = mostAlike(code);
    if (taken > code.k()) {
      return WORMS;
    }
    double missing = Math.min(1, lossesPerYear * repair.toSeconds() / YEAR);
    return WORMS * momentary(partners - taken, code.k() - taken, missing);
  }

  /** Shards of a pack on one system, where they are spread evenly. */
  static int mostAlike(CodeParameters code) {
    return (code.n() + SYSTEMS - 1) / SYSTEMS;
  }

  /**
   * The probability that at a given moment more than {@code tolerated} of so many holders are away
   * (Birrell, Lillibridge, Burrows and Isard 2003): binomial.
   *
   * @param unavailability of one of them, 0 to 1
   */
  public static double momentary(int holders, int tolerated, double unavailability) {
    checkCounts(holders, tolerated);
    double sum = 0;
    double ways = 1; // holders choose away
    for (int away = 0; away <= holders; away++) {
      if (away > tolerated) {
        sum += ways * Math.pow(unavailability, away) * Math.pow(1 - unavailability, holders - away);
      }
      ways = ways * (holders - away) / (away + 1);
    }
    return Math.min(1, sum);
  }

  private static void checkCounts(int partners, int tolerated) {
    if (partners < 1 || partners > MAX_PARTNERS || tolerated < 0 || tolerated > partners) {
      throw new IllegalArgumentException(tolerated + " of " + partners + " partners");
    }
  }

  /**
   * The rate that was observed, with what is assumed before anything is. Rounded up to steps of a
   * half more each, so that a code that follows from it doesn't change from day to day. Not below
   * what is assumed before very much was seen: who has lost nobody in his first years was lucky,
   * and would choose too weak a code.
   *
   * @param assumed losses a year of one partner
   * @param lost partners that were lost for good
   * @param partnerYears years of all partners together, lost ones included
   */
  public static double observedRate(double assumed, int lost, double partnerYears) {
    double rate = (ASSUMED_YEARS * assumed + lost) / (ASSUMED_YEARS + partnerYears);
    if (partnerYears < LUCKY_YEARS) {
      rate = Math.max(rate, assumed);
    }
    double steps = Math.ceil(Math.log(rate / assumed) / Math.log(RATE_STEP) - 1e-9);
    return assumed * Math.pow(RATE_STEP, steps);
  }
}
