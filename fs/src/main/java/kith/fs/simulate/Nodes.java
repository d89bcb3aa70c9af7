package kith.fs.simulate;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.MachineKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Schedule;

/**
 * All nodes that there ever were, one column for each property. A node that is lost keeps its
 * number. For one thread.
 */
final class Nodes {
  private final long seed;
  private int count;
  private OwnerId[] ids = new OwnerId[0];
  private Kind[] kinds = new Kind[0];
  private byte[] systems = new byte[0];
  private int[] prefixes = new int[0];
  private Set<NetworkPrefix>[] networks = newSets(0);
  private Schedule[] schedules = new Schedule[0];
  private MachineKind[] machines = new MachineKind[0];
  private int[] uplinks = new int[0];
  private long[] born = new long[0];
  private long[] awaySince = new long[0];
  private boolean[] alive = new boolean[0];
  private boolean[] faithful = new boolean[0];
  private boolean[] burnt = new boolean[0];
  private int[] persons = new int[0];
  private int[][] pairs = new int[0][];
  private short[] pairCounts = new short[0];
  private int[] places = new int[0];
  private int[] living = new int[0];
  private int livingCount;

  Nodes(long seed) {
    this.seed = seed;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Set<NetworkPrefix>[] newSets(int length) {
    return new Set[length];
  }

  /**
   * What a node is from the beginning.
   *
   * @param person who is behind it, by the number of his first node; -1 for a new one
   */
  record Made(
      Kind kind,
      int system,
      int prefix,
      Set<NetworkPrefix> networks,
      Schedule schedule,
      MachineKind machine,
      int uplink,
      int person) {}

  int add(Made made, long now) {
    int node = count++;
    if (node == kinds.length) {
      grow(Math.max(64, 2 * node));
    }
    ids[node] = id(node);
    kinds[node] = made.kind();
    systems[node] = (byte) made.system();
    prefixes[node] = made.prefix();
    networks[node] = made.networks();
    schedules[node] = made.schedule();
    machines[node] = made.machine();
    uplinks[node] = made.uplink();
    persons[node] = made.person() < 0 ? node : made.person();
    born[node] = now;
    awaySince[node] = -1;
    alive[node] = true;
    faithful[node] = made.kind() != Kind.NEVER_STORES && made.kind() != Kind.COLLUDES;
    pairs[node] = new int[8];
    places[node] = livingCount;
    living[livingCount++] = node;
    return node;
  }

  private OwnerId id(int node) {
    ByteBuffer bytes = ByteBuffer.allocate(OwnerId.SIZE);
    var dice = new Dice(seed * 31 + node);
    while (bytes.hasRemaining()) {
      bytes.putLong(dice.next());
    }
    return new OwnerId(bytes.array());
  }

  private void grow(int size) {
    ids = Arrays.copyOf(ids, size);
    kinds = Arrays.copyOf(kinds, size);
    systems = Arrays.copyOf(systems, size);
    prefixes = Arrays.copyOf(prefixes, size);
    networks = Arrays.copyOf(networks, size);
    schedules = Arrays.copyOf(schedules, size);
    machines = Arrays.copyOf(machines, size);
    uplinks = Arrays.copyOf(uplinks, size);
    born = Arrays.copyOf(born, size);
    awaySince = Arrays.copyOf(awaySince, size);
    alive = Arrays.copyOf(alive, size);
    faithful = Arrays.copyOf(faithful, size);
    burnt = Arrays.copyOf(burnt, size);
    persons = Arrays.copyOf(persons, size);
    pairs = Arrays.copyOf(pairs, size);
    pairCounts = Arrays.copyOf(pairCounts, size);
    places = Arrays.copyOf(places, size);
    living = Arrays.copyOf(living, size);
  }

  int count() {
    return count;
  }

  OwnerId owner(int node) {
    return ids[node];
  }

  Kind kind(int node) {
    return kinds[node];
  }

  int system(int node) {
    return systems[node];
  }

  int prefix(int node) {
    return prefixes[node];
  }

  Set<NetworkPrefix> networks(int node) {
    return networks[node];
  }

  Schedule schedule(int node) {
    return schedules[node];
  }

  MachineKind machine(int node) {
    return machines[node];
  }

  /** Bytes per second. */
  int uplink(int node) {
    return uplinks[node];
  }

  /** The first node of whoever is behind it. */
  int person(int node) {
    return persons[node];
  }

  long born(int node) {
    return born[node];
  }

  boolean isAlive(int node) {
    return alive[node];
  }

  boolean isThere(int node) {
    return alive[node] && awaySince[node] < 0;
  }

  long awaySince(int node) {
    return awaySince[node];
  }

  void goAway(int node, long now) {
    awaySince[node] = now;
  }

  void comeBack(int node) {
    awaySince[node] = -1;
  }

  /** Whether it still keeps what it is given. */
  boolean isFaithful(int node) {
    return faithful[node];
  }

  void turnFaithless(int node) {
    faithful[node] = false;
  }

  /** Whether its machine is lost, and its owner has no other yet. */
  boolean isBurnt(int node) {
    return burnt[node];
  }

  void setBurnt(int node, boolean lost) {
    burnt[node] = lost;
  }

  /** It is lost for good. */
  void end(int node) {
    alive[node] = false;
    int last = living[--livingCount];
    living[places[node]] = last;
    places[last] = places[node];
  }

  int living() {
    return livingCount;
  }

  int anyLiving(Dice dice) {
    return living[dice.below(livingCount)];
  }

  int livingAt(int index) {
    return living[index];
  }

  /** Agreements, ended ones of which something is still kept among them. */
  int pairCount(int node) {
    return pairCounts[node];
  }

  int pairAt(int node, int index) {
    return pairs[node][index];
  }

  void addPair(int node, int pair) {
    int at = pairCounts[node]++;
    if (at == pairs[node].length) {
      pairs[node] = Arrays.copyOf(pairs[node], 2 * at);
    }
    pairs[node][at] = pair;
  }

  void removePair(int node, int pair) {
    int at = 0;
    while (pairs[node][at] != pair) {
      at++;
    }
    pairs[node][at] = pairs[node][--pairCounts[node]];
  }
}
