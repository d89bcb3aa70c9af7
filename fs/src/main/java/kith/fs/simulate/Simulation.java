package kith.fs.simulate;

/**
 * Runs a scenario: one event after the other, in virtual time, the same for the same seed. For one
 * thread, once.
 */
public final class Simulation {
  private static final double BOOST = 6;

  private final World world;
  private final Churn churn;

  public Simulation(Scenario scenario) {
    this(scenario, 1);
  }

  /**
   * @param boost how many times as often nodes are lost as the scenario says; losses are weighed
   *     accordingly
   */
  Simulation(Scenario scenario, double boost) {
    world = new World(scenario, boost);
    churn = new Churn(world, new Days(world), new Newcomers(world));
  }

  /**
   * A run for losses that are too rare to be counted: nodes are lost more often, and what follows
   * is weighed. Nobody burns or is away, since only losses for good are weighed.
   */
  public static Simulation rare(Scenario scenario) {
    var plain = new Scenario.Churn(scenario.churn().losses(), 0, false, 0, 0, 1, 0, 0, 0);
    return new Simulation(scenario.with(plain), BOOST);
  }

  /** What a run tells while it goes on. */
  public interface Watcher {
    /**
     * @param share of the run that is over, 0 to 1
     */
    void reached(double share);
  }

  /** From the beginning to the end. */
  public Report run(Watcher watcher) {
    long end = Math.round(world.scenario.size().years() * World.YEAR);
    long step = Math.max(World.DAY, end / 100);
    long next = step;
    churn.begin();
    while (world.queue.size() > 0 && world.queue.time() < end) {
      world.goTo(world.queue.time());
      var event = world.queue.event();
      int subject = world.queue.subject();
      world.queue.remove();
      churn.happens(event, subject);
      if (world.now() >= next) {
        watcher.reached((double) next / end);
        next += step;
      }
    }
    return Report.of(world);
  }
}
