package kith.fs.simulate;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is simulated: how many nodes, what the world does to them, who of them misbehaves and how,
 * and what all agree upon. Immutable.
 *
 * @param about one sentence for a person
 * @param mix the share of each population that is not honest
 */
public record Scenario(
    String name,
    String about,
    Size size,
    Churn churn,
    Mischief mischief,
    Terms terms,
    Map<Kind, Double> mix) {
  /** The most nodes, for memory. */
  public static final int MAX_NODES = 200_000;

  /** The longest run. */
  public static final double MAX_YEARS = 100;

  /**
   * How much.
   *
   * @param nodes at any time
   * @param seed of all chance
   */
  public record Size(int nodes, double years, long seed) {
    public Size {
      if (nodes < 20 || nodes > MAX_NODES) {
        throw new IllegalArgumentException("from 20 to " + MAX_NODES + " nodes, not " + nodes);
      }
      if (!(years >= 0.1 && years <= MAX_YEARS)) {
        throw new IllegalArgumentException("from 0.1 to " + MAX_YEARS + " years, not " + years);
      }
    }
  }

  /**
   * What happens to nodes, honest or not.
   *
   * @param losses what of one node's kind is lost for good in a year, by quitting or by burning
   * @param burns the part of these that are burnt machines, whose owners come back
   * @param recorded whether lives and absences have the long tails of recorded ones
   * @param absences a year and node, of a day and a half on average
   * @param vacations a year and node: median five days, one in thirty is longer than three weeks
   * @param uptime of a machine in its stated hours, apart from absences
   * @param scheduled the share of nodes that are not on-line all day
   * @param blackouts a year and network of one prefix, of half a day on average
   * @param fires a year and network of one prefix that destroy a twentieth of its machines
   */
  public record Churn(
      double losses,
      double burns,
      boolean recorded,
      double absences,
      double vacations,
      double uptime,
      double scheduled,
      double blackouts,
      double fires) {
    public Churn {
      if (!(losses >= 0 && losses <= 50 && burns >= 0 && burns <= 1 && uptime > 0 && uptime <= 1)) {
        throw new IllegalArgumentException("no churn of " + losses + " losses a year");
      }
    }
  }

  /**
   * What is done on purpose.
   *
   * @param worm the share of the run after which one operating system's machines are lost; above 1
   *     for never
   * @param systems the shares of four operating systems; the worm takes the first
   * @param group how many collude, or are identities of one machine
   * @param faithful how long one who drops later is faithful
   */
  public record Mischief(double worm, List<Double> systems, int group, Duration faithful) {
    /** As many of each. */
    static final List<Double> EVEN = List.of(0.25, 0.25, 0.25, 0.25);

    static final Mischief USUAL = new Mischief(2, EVEN, 20, Duration.ofDays(120));

    public Mischief {
      systems = List.copyOf(systems);
    }
  }

  /**
   * What all agree upon and want.
   *
   * @param grace of all agreements
   * @param commitment of those between strangers; one that is not longer than grace is waived
   * @param friends the share of newcomers who were invited by one that is there, with the
   *     commitment waived
   * @param annualLoss what each drive's loss shall stay below, in a year
   * @param local the share of a drive's packs that its owner has on his machine, too
   * @param drive bytes of content of each node
   */
  public record Terms(
      Duration grace,
      Duration commitment,
      double friends,
      double annualLoss,
      double local,
      long drive) {
    public Terms {
      if (grace.isNegative() || grace.isZero() || commitment.isNegative()) {
        throw new IllegalArgumentException("grace takes some time, commitment not less than none");
      }
    }

    /** The same with other periods; null for those that there are. */
    public Terms with(Duration otherGrace, Duration otherCommitment) {
      return new Terms(
          otherGrace == null ? grace : otherGrace,
          otherCommitment == null ? commitment : otherCommitment,
          friends,
          annualLoss,
          local,
          drive);
    }

    /** Bytes that partners keep for each other: a fourth of a drive. */
    long quota() {
      return drive / 4;
    }

    /** Whether somebody who hops is made to pay by the commitment. */
    boolean binds() {
      return commitment.compareTo(grace) > 0;
    }
  }

  public Scenario {
    var all = new EnumMap<Kind, Double>(Kind.class);
    all.putAll(mix);
    double sum = all.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 0.9) {
      throw new IllegalArgumentException("fewer than a tenth would be honest");
    }
    mix = Collections.unmodifiableMap(all);
  }

  double share(Kind kind) {
    return mix.getOrDefault(kind, 0.0);
  }

  Scenario with(Map<Kind, Double> other) {
    return new Scenario(name, about, size, churn, mischief, terms, other);
  }

  /** The same with another size. */
  public Scenario with(Size other) {
    return new Scenario(name, about, other, churn, mischief, terms, mix);
  }

  /** The same with other terms. */
  public Scenario with(Terms other) {
    return new Scenario(name, about, size, churn, mischief, other, mix);
  }

  Scenario with(Churn other) {
    return new Scenario(name, about, size, other, mischief, terms, mix);
  }
}
