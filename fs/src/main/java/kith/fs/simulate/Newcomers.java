package kith.fs.simulate;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kith.peer.choice.MachineKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Schedule;

/** Draws what new nodes are: where, on what, when on-line and how fast. For one thread. */
final class Newcomers {
  private static final List<String> SYSTEMS = List.of("linux", "windows", "macos", "freebsd");
  private static final int[] MEGABITS = {5, 10, 20, 40};
  private static final List<Double> SHARES = List.of(0.2, 0.3, 0.3, 0.2);
  private static final int[] HOURS = {8, 12, 16};
  private static final int FEWEST_PREFIXES = 40;
  private static final int OF_ONE_PREFIX = 50;
  private static final double SAME_HOUSEHOLD = 0.03;

  private final World world;
  private final int prefixes;
  private final Map<String, Schedule> schedules = new HashMap<>();
  private final Map<Kind, int[]> groups = new EnumMap<>(Kind.class);

  Newcomers(World world) {
    this.world = world;
    this.prefixes = Math.max(FEWEST_PREFIXES, world.scenario.size().nodes() / OF_ONE_PREFIX);
  }

  /** Networks of one prefix. */
  int prefixes() {
    return prefixes;
  }

  /**
   * A new node.
   *
   * @param person the first node of whoever is behind it, or -1
   */
  int make(Kind kind, int person) {
    Dice dice = world.dice;
    int prefix = (int) (prefixes * Math.pow(dice.uniform(), 1.5));
    Set<NetworkPrefix> networks = Set.of(address(prefix));
    if (world.nodes.living() > 0 && dice.chance(SAME_HOUSEHOLD)) {
      int near = world.nodes.anyLiving(dice);
      prefix = world.nodes.prefix(near);
      networks = world.nodes.networks(near);
    }
    boolean grouped = kind == Kind.SYBIL || kind == Kind.COLLUDES;
    int first = grouped ? mates(kind) : person;
    if (kind == Kind.SYBIL && first >= 0) {
      prefix = world.nodes.prefix(first);
      networks = world.nodes.networks(first);
    }
    int system = drawn(world.scenario.mischief().systems());
    var machine = new MachineKind(SYSTEMS.get(system), "1", dice.chance(0.2) ? "arm64" : "amd64");
    int uplink = MEGABITS[drawn(SHARES)] * 125_000;
    int node =
        world.join(
            new Nodes.Made(kind, system, prefix, networks, schedule(), machine, uplink, first));
    if (grouped && first < 0) {
      groups.put(kind, new int[] {node, 1});
    }
    return node;
  }

  /** The first of the group that is being made up; -1 if this one begins another. */
  private int mates(Kind kind) {
    int[] group = groups.get(kind);
    if (group == null || group[1] == world.scenario.mischief().group()) {
      return -1;
    }
    group[1]++;
    return group[0];
  }

  private NetworkPrefix address(int prefix) {
    int first = 11 + prefix % 80;
    int second = prefix / 80 % 256;
    return NetworkPrefix.of(
        first + "." + second + "." + world.dice.below(256) + "." + world.dice.below(256));
  }

  private Schedule schedule() {
    Dice dice = world.dice;
    if (!dice.chance(world.scenario.churn().scheduled())) {
      return Schedule.ALWAYS;
    }
    int from = dice.below(24);
    int to = (from + HOURS[dice.below(HOURS.length)]) % 24;
    return schedules.computeIfAbsent("mon-sun " + from + "-" + to, Schedule::parse);
  }

  private int drawn(List<Double> shares) {
    double left = world.dice.uniform();
    for (int i = 0; i < shares.size(); i++) {
      left -= shares.get(i);
      if (left < 0) {
        return i;
      }
    }
    return shares.size() - 1;
  }
}
