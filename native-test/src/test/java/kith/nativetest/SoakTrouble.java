package kith.nativetest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What befalls the nodes of a soak, drawn from a seed: packets are lost, ways are slow or cut,
 * nodes are killed and started again later. At most one trouble at each node, at some of them at
 * once.
 */
final class SoakTrouble {
  private enum Kind {
    LOSS,
    RATE,
    PARTITION,
    KILL
  }

  /** How many nodes of all have a trouble at once: one of so many. */
  private static final int SHARE = 3;

  private final Internet internet;
  private final List<InternetNodes.Node> nodes;
  private final Random random;
  private final List<Trouble> under = new ArrayList<>();

  /**
   * @param untilNanos when it ends
   */
  private record Trouble(InternetNodes.Node node, Kind kind, long untilNanos) {}

  SoakTrouble(Internet internet, List<InternetNodes.Node> nodes, Random random) {
    this.internet = internet;
    this.nodes = nodes;
    this.random = random;
  }

  boolean isDown(InternetNodes.Node node) {
    return under.stream().anyMatch(each -> each.node == node && each.kind == Kind.KILL);
  }

  /**
   * Ends what has lasted, and begins something.
   *
   * @param longestSeconds of the next trouble
   */
  void step(int longestSeconds) throws IOException {
    long now = System.nanoTime();
    for (Trouble each : List.copyOf(under)) {
      if (now - each.untilNanos >= 0) {
        end(each);
      }
    }
    InternetNodes.Node node = nodes.get(random.nextInt(nodes.size()));
    boolean has = under.stream().anyMatch(each -> each.node == node);
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    long lasts = (1 + random.nextInt(longestSeconds)) * 1_000_000_000L;
    if (!has && under.size() < Math.max(1, nodes.size() / SHARE)) {
      under.add(new Trouble(node, kind, now + lasts));
      begin(node, kind);
    }
  }

  private void begin(InternetNodes.Node node, Kind kind) throws IOException {
    switch (kind) {
      case LOSS -> internet.loses(node.host, 1 + random.nextInt(20));
      case RATE -> internet.rate(node.host, 1 + random.nextInt(8) + "mbit");
      case PARTITION -> internet.partition(node.host, true);
      case KILL -> node.crash();
    }
  }

  private void end(Trouble trouble) throws IOException {
    under.remove(trouble);
    switch (trouble.kind) {
      case LOSS -> internet.loses(trouble.node.host, 0);
      case RATE -> internet.rate(trouble.node.host, "");
      case PARTITION -> internet.partition(trouble.node.host, false);
      case KILL -> trouble.node.start();
    }
  }

  /** Ends all of them. */
  void heal() throws IOException {
    for (Trouble each : List.copyOf(under)) {
      end(each);
    }
  }
}
