package kith.fs.simulate;

import java.time.Duration;
import java.util.List;
import kith.fs.simulate.EventQueue.Event;
import kith.fs.simulate.Tally.Count;

/**
 * What happens to nodes, honest or not: they come, are away, burn and go for good, alone or many at
 * once, and some of them cheat. For one thread.
 */
final class Churn {
  /** Of a life's mean, its scale for the shape below: 1 / gamma(1 + 1 / shape). */
  private static final double RECORDED_SCALE = 1 / 1.504575;

  private static final double RECORDED_SHAPE = 0.6;
  private static final double ABSENCE = 1.5 * World.DAY;
  private static final double VACATION = 5 * World.DAY;
  private static final double VACATION_SIGMA = 0.8;
  private static final double FLAPS_A_YEAR = 60;
  private static final double BLACKOUT = 0.5 * World.DAY;
  private static final double BURNT_OF_FIRE = 0.05;
  private static final double NEW_MACHINE = 7.0 * World.DAY;
  private static final double SOONEST = 3.0 * World.DAY;
  private static final double FIRST_DAYS = 10.0 * World.DAY;
  private static final double GIVES_UP = 20.0 * World.DAY;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final int PERSON = 1 << 8;

  private final World world;
  private final Days days;
  private final Newcomers newcomers;

  Churn(World world, Days days, Newcomers newcomers) {
    this.world = world;
    this.days = days;
    this.newcomers = newcomers;
  }

  /** All that begins with the run. */
  void begin() {
    Scenario scenario = world.scenario;
    int nodes = scenario.size().nodes();
    int others = 0;
    for (Kind kind : Kind.values()) {
      int count = (int) Math.round(scenario.share(kind) * nodes);
      others += count;
      for (int i = 0; i < count; i++) {
        joinLater(kind);
      }
    }
    for (int i = others; i < nodes; i++) {
      joinLater(Kind.HONEST);
    }
    for (int prefix = 0; prefix < newcomers.prefixes(); prefix++) {
      later(Event.BLACKOUT, prefix, scenario.churn().blackouts());
      later(Event.FIRE, prefix, scenario.churn().fires());
    }
    world.later(
        scenario.mischief().worm() > 1
            ? Double.MAX_VALUE
            : scenario.mischief().worm() * scenario.size().years() * World.YEAR,
        Event.WORM,
        0);
  }

  private void joinLater(Kind kind) {
    world.later(world.dice.uniform() * FIRST_DAYS, Event.JOIN, KINDS.indexOf(kind));
  }

  private void later(Event event, int subject, double perYear) {
    if (perYear > 0) {
      world.later(world.dice.exponential(World.YEAR / perYear), event, subject);
    }
  }

  void happens(Event event, int subject) {
    switch (event) {
      case JOIN -> join(subject);
      case DAY -> days.day(subject);
      case AWAY -> away(subject);
      case BACK -> back(subject);
      case LIGHT -> light(subject);
      case QUIT -> quit(subject);
      case BURN -> burn(subject);
      case RECOVER -> recover(subject);
      case RELEASE -> world.release(subject);
      case TRICK -> trick(subject);
      case BLACKOUT -> blackout(subject);
      case FIRE -> fire(subject);
      case WORM -> worm(subject);
    }
  }

  /**
   * @param subject which kind, or the first node of one who hops
   */
  private void join(int subject) {
    boolean again = subject >= PERSON;
    Kind kind = again ? Kind.HOPS : KINDS.get(subject);
    int node = newcomers.make(kind, again ? subject - PERSON : -1);
    days.add(node);
    world.later(world.dice.uniform() * World.DAY, Event.DAY, node);
    if (kind == Kind.HOPS) {
      hop(node);
    } else {
      live(node);
      later(Event.AWAY, node, absences(node));
      invited(node);
    }
    mischief(node);
  }

  /** Whoever was invited has a friend, with whom the commitment is waived. */
  private void invited(int node) {
    if (world.dice.chance(world.scenario.terms().friends())) {
      int friend = world.nodes.anyLiving(world.dice);
      if (friend != node && world.nodes.pairCount(friend) < 20 && world.nodes.isThere(friend)) {
        world.agree(friend, node, true);
      }
    }
  }

  private void live(int node) {
    Scenario.Churn churn = world.scenario.churn();
    if (churn.losses() <= 0) {
      return;
    }
    double mean = World.YEAR / churn.losses() / world.cycles.boost();
    double life =
        churn.recorded()
            ? world.dice.weibull(RECORDED_SHAPE, mean * RECORDED_SCALE)
            : world.dice.exponential(mean);
    world.later(life, world.dice.chance(churn.burns()) ? Event.BURN : Event.QUIT, node);
  }

  private double absences(int node) {
    Scenario.Churn churn = world.scenario.churn();
    boolean flaps = world.nodes.kind(node) == Kind.FLAPS;
    return flaps ? FLAPS_A_YEAR : churn.absences() + churn.vacations();
  }

  private void away(int node) {
    if (!world.nodes.isAlive(node)) {
      return;
    }
    Scenario.Churn churn = world.scenario.churn();
    double all = churn.absences() + churn.vacations();
    boolean vacation =
        world.nodes.kind(node) != Kind.FLAPS && world.dice.chance(churn.vacations() / all);
    double tail = churn.recorded() ? 1.2 : VACATION_SIGMA;
    double time = vacation ? world.dice.lognormal(VACATION, tail) : world.dice.exponential(ABSENCE);
    if (world.nodes.isThere(node)) {
      world.nodes.goAway(node, world.now());
    }
    world.later(time, Event.BACK, node);
  }

  private void back(int node) {
    light(node);
    if (world.nodes.isAlive(node)) {
      later(Event.AWAY, node, absences(node));
    }
  }

  private void light(int node) {
    if (world.nodes.isAlive(node) && !world.nodes.isBurnt(node)) {
      world.nodes.comeBack(node);
      days.back(node);
    }
  }

  private void quit(int node) {
    if (!world.nodes.isAlive(node)) {
      return;
    }
    world.loseHeldBy(node);
    world.nodes.end(node);
    Kind kind = world.nodes.kind(node);
    if (kind != Kind.HOPS) {
      world.later(world.dice.exponential(FIRST_DAYS / 2), Event.JOIN, KINDS.indexOf(kind));
    }
  }

  private void burn(int node) {
    if (!world.nodes.isAlive(node) || world.nodes.isBurnt(node)) {
      return;
    }
    world.loseHeldBy(node);
    if (world.nodes.isThere(node)) {
      world.nodes.goAway(node, world.now());
    }
    world.nodes.setBurnt(node, true);
    for (int group = 0; group < Drives.GROUPS; group++) {
      if (!world.drives.wasWhole(node, group)) {
        boolean honest = world.nodes.kind(node) == Kind.HONEST;
        world.tally.add(Count.UNSAFE_BURNT, honest ? 1 : 0);
      } else {
        world.drives.setLocal(node, group, false);
        if (world.truth.good(node, group) < world.drives.m(node)) {
          world.loseGroup(node, group, false);
        }
      }
    }
    world.later(SOONEST + world.dice.exponential(NEW_MACHINE), Event.RECOVER, node);
  }

  private void recover(int node) {
    if (!world.nodes.isAlive(node)) {
      return;
    }
    world.nodes.setBurnt(node, false);
    world.nodes.comeBack(node);
    days.back(node);
    world.restore(node);
    days.recovered(node);
    live(node);
  }

  /** By whom the next identity is followed, and when this one stops to keep what it was given. */
  private void hop(int node) {
    Duration commitment = world.scenario.terms().commitment();
    Duration grace = world.scenario.terms().grace();
    if (commitment.isZero()) {
      world.nodes.turnFaithless(node);
    } else {
      world.later(commitment.toSeconds() + 2.0 * World.DAY, Event.TRICK, node);
    }
    double end = commitment.toSeconds() + 3.0 * grace.toSeconds() + GIVES_UP;
    world.later(end, Event.QUIT, node);
    world.later(grace.toSeconds(), Event.JOIN, PERSON + world.nodes.person(node));
  }

  /** When a node does what it came for. */
  private void mischief(int node) {
    double faithful = world.scenario.mischief().faithful().toSeconds();
    switch (world.nodes.kind(node)) {
      case DROPS_LATER -> world.later(faithful * (0.5 + world.dice.uniform()), Event.TRICK, node);
      case SYBIL -> world.later(faithful, Event.TRICK, node);
      case MIDDLEMAN -> later(Event.QUIT, node, 1);
      default -> {}
    }
  }

  private void trick(int node) {
    if (world.nodes.isAlive(node)) {
      world.turnFaithless(node);
    }
  }

  private void blackout(int prefix) {
    double time = world.dice.exponential(BLACKOUT);
    for (int i = 0; i < world.nodes.living(); i++) {
      int node = world.nodes.livingAt(i);
      if (world.nodes.prefix(node) == prefix && world.nodes.isThere(node)) {
        world.nodes.goAway(node, world.now());
        world.later(time, Event.LIGHT, node);
      }
    }
    later(Event.BLACKOUT, prefix, world.scenario.churn().blackouts());
  }

  private void fire(int prefix) {
    for (int i = 0; i < world.nodes.living(); i++) {
      int node = world.nodes.livingAt(i);
      if (world.nodes.prefix(node) == prefix && world.dice.chance(BURNT_OF_FIRE)) {
        burn(node);
      }
    }
    later(Event.FIRE, prefix, world.scenario.churn().fires());
  }

  private void worm(int system) {
    for (int i = 0; i < world.nodes.living(); i++) {
      int node = world.nodes.livingAt(i);
      if (world.nodes.system(node) == system) {
        burn(node);
      }
    }
  }
}
