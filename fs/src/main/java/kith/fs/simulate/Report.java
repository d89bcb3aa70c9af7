package kith.fs.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kith.fs.simulate.Tally.Count;
import kith.fs.simulate.Tally.Of;

/**
 * What a run has shown. Amounts of storage are GiB, held over a whole year for one node's year;
 * traffic is GiB in a node's year.
 *
 * @param losses of one node a year, as the world was set up
 * @param graceDays of all agreements
 * @param commitmentDays of those between strangers
 */
public record Report(
    String scenario,
    String about,
    int nodes,
    double years,
    long seed,
    double losses,
    double graceDays,
    double commitmentDays,
    double driveGiB,
    List<Population> populations,
    Traffic traffic,
    Durability durability) {
  private static final double GIB = 1L << 30;

  /**
   * What one population gives and gets.
   *
   * @param kept for others, really
   * @param lent space set aside for partners, used or not
   * @param usable space at honest partners out of which it could restore
   * @param lentForUse what it lends for what it needs of that; of those who hop the next identity
   *     takes over once grace is over, so that what the last one could still use counts for nothing
   * @param taken from honest holders, restorable or not
   * @param served of that: restorable at any time
   * @param estate of that: after the agreement was ended, by a declared restore only
   * @param keptForServed what it keeps for what it can have restored; 0 where nothing can
   * @param keptWaived of kept: under agreements whose commitment is waived
   * @param servedWaived of served: under such agreements
   * @param sent to holders
   * @param received from owners
   * @param auditMegabytesADay that its audits of all holders take in a day
   * @param cheated agreements in which it has cheated an honest owner
   * @param caught of these, those in which the owner has noticed
   * @param caughtAfterDays on average
   * @param slowestDays the longest of these
   * @param refused reads that it has refused
   * @param harm lost groups of honest drives of which it had a shard and gave none
   */
  public record Population(
      String name,
      double nodeYears,
      double kept,
      double lent,
      double usable,
      double lentForUse,
      double taken,
      double served,
      double estate,
      double keptForServed,
      double keptWaived,
      double servedWaived,
      double sent,
      double received,
      double auditMegabytesADay,
      long cheated,
      long caught,
      double caughtAfterDays,
      double slowestDays,
      long refused,
      long harm) {
    static Population of(Tally tally, Kind kind, double most) {
      double years = tally.get(Of.DAYS, kind) / 365;
      double each = 1 / (365 * GIB * Math.max(1e-9, years));
      double caught = tally.get(Of.CAUGHT, kind);
      double served = tally.get(Of.SERVED, kind);
      double use = Math.min(most, tally.get(Of.USABLE, kind));
      return new Population(
          kind.word(),
          round(years),
          round(tally.get(Of.KEPT, kind) * each),
          round(tally.get(Of.LENT, kind) * each),
          round(tally.get(Of.USABLE, kind) * each),
          use == 0 ? 0 : round(tally.get(Of.LENT, kind) / use),
          round(tally.get(Of.TAKEN, kind) * each),
          round(served * each),
          round(tally.get(Of.ESTATE, kind) * each),
          served == 0 ? 0 : round(tally.get(Of.KEPT, kind) / served),
          round(tally.get(Of.KEPT_WAIVED, kind) * each),
          round(tally.get(Of.SERVED_WAIVED, kind) * each),
          round(tally.get(Of.SENT, kind) * each * 365),
          round(tally.get(Of.RECEIVED, kind) * each * 365),
          round(tally.get(Of.AUDITS, kind) / 1e6 / Math.max(1, tally.get(Of.DAYS, kind))),
          (long) tally.get(Of.CHEATS, kind),
          (long) caught,
          caught == 0 ? 0 : round(tally.get(Of.CAUGHT_DAYS, kind) / caught),
          round(tally.slowest(kind)),
          (long) tally.get(Of.REFUSED, kind),
          (long) tally.get(Of.HARM, kind));
    }
  }

  /**
   * What honest drives cost.
   *
   * @param placed shards sent for the first time
   * @param recoded of these, again by another code
   * @param repairSent shards made again elsewhere
   * @param repairRead read for that
   * @param repairEarly of what was sent, that for holders who might have returned
   * @param oracleSent what one would have sent who knows who is gone for good
   * @param oracleRead and read
   * @param ratio of repair, sent and read, to the oracle's
   * @param replaced partners in a node's year
   * @param falseAlarms of these, those who were not gone
   * @param restores of burnt machines' drives
   * @param late of these, those that waited for the end of a commitment
   * @param unsafe groups that burnt before all of their shards were placed
   */
  public record Traffic(
      double placed,
      double recoded,
      double repairSent,
      double repairRead,
      double repairEarly,
      double oracleSent,
      double oracleRead,
      double ratio,
      double replaced,
      double falseAlarms,
      long restores,
      long late,
      long unsafe) {
    static Traffic of(Tally tally) {
      double years = Math.max(1e-9, tally.get(Of.DAYS, Kind.HONEST) / 365);
      double repair = tally.get(Count.REPAIR_SENT) + tally.get(Count.REPAIR_READ);
      double oracle = tally.get(Count.ORACLE_SENT) + tally.get(Count.ORACLE_READ);
      return new Traffic(
          round(tally.get(Count.PLACED_BYTES) / GIB / years),
          round(tally.get(Count.RECODED_BYTES) / GIB / years),
          round(tally.get(Count.REPAIR_SENT) / GIB / years),
          round(tally.get(Count.REPAIR_READ) / GIB / years),
          round(tally.get(Count.REPAIR_EARLY) / GIB / years),
          round(tally.get(Count.ORACLE_SENT) / GIB / years),
          round(tally.get(Count.ORACLE_READ) / GIB / years),
          oracle == 0 ? 0 : round(repair / oracle),
          round(tally.get(Count.REPLACED) / years),
          round(tally.get(Count.FALSE_ALARMS) / years),
          (long) tally.get(Count.RESTORES),
          (long) tally.get(Count.RESTORES_LATE),
          (long) tally.get(Count.UNSAFE_BURNT));
    }
  }

  /**
   * How honest drives are lost.
   *
   * @param nodeYears of honest nodes
   * @param target that a drive's loss shall stay below, in a year
   * @param lost drives of which something is nowhere any more
   * @param lostAtRestore of their groups, those that too few holders gave back
   * @param upper the 95% upper bound of that, a year and node
   * @param atPartners drives of which something was at no partners any more, but perhaps here
   * @param atPartnersUpper the 95% upper bound of that, a year and node
   * @param sets how often more of a drive's partners were lost at once than its code survives
   * @param setsRate that, a year and node
   * @param setsUpper the 95% upper bound of it
   * @param formula the same by the closed formula
   * @param partners of an honest node, on average, at the end
   * @param absent groups of drives whose owner was away for longer than grace, lost with the estate
   * @param codes how many honest nodes have which code, at the end
   */
  public record Durability(
      double nodeYears,
      double target,
      long lost,
      long lostAtRestore,
      double upper,
      long atPartners,
      double atPartnersUpper,
      long sets,
      double setsRate,
      double setsUpper,
      double formula,
      double partners,
      long absent,
      Map<String, Integer> codes) {}

  static Report of(World world) {
    Scenario scenario = world.scenario;
    List<Population> populations = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (world.tally.get(Of.DAYS, kind) > 0) {
        populations.add(Population.of(world.tally, kind, needed(world, kind)));
      }
    }
    return new Report(
        scenario.name(),
        scenario.about(),
        scenario.size().nodes(),
        scenario.size().years(),
        scenario.size().seed(),
        scenario.churn().losses(),
        days(scenario.terms().grace()),
        days(scenario.terms().commitment()),
        scenario.terms().drive() / GIB,
        List.copyOf(populations),
        Traffic.of(world.tally),
        Measured.durability(world));
  }

  /** Byte-days of usable space that the population has a use for. */
  private static double needed(World world, Kind kind) {
    Scenario.Terms terms = world.scenario.terms();
    return kind == Kind.HOPS
        ? world.tally.get(Of.AGREED, kind) * terms.quota() * days(terms.grace())
        : Double.MAX_VALUE;
  }

  private static double days(Duration time) {
    return time.toHours() / 24.0;
  }

  /** The population of that kind; empty numbers if there was none. */
  public Population of(Kind kind) {
    return populations.stream()
        .filter(each -> each.name().equals(kind.word()))
        .findFirst()
        .orElseGet(() -> Population.of(new Tally(), kind, 1));
  }

  /** To four digits. */
  static double round(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }
}
