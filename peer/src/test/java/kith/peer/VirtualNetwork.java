package kith.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.OwnerId;

/**
 * Many nodes in one process, joined by links that deliver on the calling thread, in virtual time,
 * with faults that follow from a seed. Messages pass through the real codec; who may talk to whom
 * is checked as TLS would. Safe for any number of threads, but only one gives the same run twice.
 */
public final class VirtualNetwork {
  /** Changes what a node sends, to play a liar. */
  @FunctionalInterface
  public interface Tampering {
    /** The reply's bytes that are really sent; header and all. */
    byte[] reply(Request request, byte[] reply);
  }

  private final VirtualClock clock;
  private final RandomGenerator random;
  private final Map<NodeAddress, VirtualNode> listening = new HashMap<>();
  private final List<VirtualNode> nodes = new ArrayList<>();
  private final Set<OwnerId> dead = new HashSet<>();
  private final Map<OwnerId, Integer> sides = new HashMap<>();
  private final Map<OwnerId, Duration> latencies = new HashMap<>();
  private final Map<OwnerId, Long> uplinks = new HashMap<>();
  private final Map<OwnerId, Tampering> tamperings = new HashMap<>();
  private final Map<OwnerId, UnaryOperator<byte[]>> garblings = new HashMap<>();
  private final Map<MessageKind, Long> counts = new EnumMap<>(MessageKind.class);
  private final Map<OwnerId, Map<MessageKind, Long>> handled = new HashMap<>();
  private final Map<OwnerId, String> sources = new HashMap<>();
  private final Set<OwnerId> hidden = new HashSet<>();
  private double loss;
  private long left = Long.MAX_VALUE;
  private long bytes;

  /**
   * @param seed of the faults
   */
  public VirtualNetwork(long seed, VirtualClock clock) {
    this.clock = clock;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  public VirtualClock clock() {
    return clock;
  }

  /** A node on this network. */
  public synchronized Network node(LocalNode self, RequestHandler handler) {
    var node = new VirtualNode(this, self, handler);
    nodes.add(node);
    return node;
  }

  /** Lets a node die: its links break, and nobody answers at its addresses. */
  public void kill(OwnerId owner) {
    List<VirtualNode> killed;
    synchronized (this) {
      dead.add(owner);
      killed = nodes.stream().filter(node -> node.owner().equals(owner)).toList();
    }
    killed.forEach(VirtualNode::breakLinks);
  }

  /** Lets a killed node be there again. */
  public synchronized void revive(OwnerId owner) {
    dead.remove(owner);
  }

  /** Lets nobody open links to this node, which can open them to others: it is behind a NAT. */
  public synchronized void hide(OwnerId owner) {
    hidden.add(owner);
  }

  /** Lets others open links to a node again. */
  public synchronized void show(OwnerId owner) {
    hidden.remove(owner);
  }

  /** Cuts these nodes off from all others; messages between the sides are lost. */
  public synchronized void partition(Collection<OwnerId> away) {
    sides.clear();
    away.forEach(owner -> sides.put(owner, 1));
  }

  /** Ends a partition and the loss of messages. */
  public synchronized void heal() {
    sides.clear();
    loss = 0;
    left = Long.MAX_VALUE;
  }

  /** Loses this share of the messages, 0 to 1, requests and replies alike. */
  public synchronized void loseMessages(double share) {
    loss = share;
  }

  /** Lets so many messages through, requests and replies alike, and loses all that follow. */
  public synchronized void loseAfter(long messages) {
    left = messages;
  }

  /** The time that a request to this node and its reply take together. */
  public synchronized void latency(OwnerId owner, Duration roundTrip) {
    latencies.put(owner, roundTrip);
  }

  /** How many bytes a node sends in a second; without end if nothing is said. */
  public synchronized void uplink(OwnerId owner, long bytesPerSecond) {
    uplinks.put(owner, bytesPerSecond);
  }

  /** How long it takes a node to send so many bytes. */
  synchronized Duration sending(OwnerId owner, int length) {
    Long bytesPerSecond = uplinks.get(owner);
    return bytesPerSecond == null
        ? Duration.ZERO
        : Duration.ofNanos(length * 1_000_000_000L / bytesPerSecond);
  }

  /** Lets a node lie; null to end it. */
  public synchronized void tamper(OwnerId owner, Tampering tampering) {
    tamperings.put(owner, tampering);
  }

  /** Changes the bytes of the requests that a node sends, header and all; null to end it. */
  public synchronized void garble(OwnerId owner, UnaryOperator<byte[]> garbling) {
    garblings.put(owner, garbling);
  }

  byte[] garbled(OwnerId owner, byte[] request) {
    UnaryOperator<byte[]> garbling;
    synchronized (this) {
      garbling = garblings.get(owner);
    }
    return garbling == null ? request : garbling.apply(request);
  }

  /** How many requests of this kind arrived. */
  public synchronized long count(MessageKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** How many messages, requests and replies, this node has sent and got. */
  public synchronized long countOf(OwnerId owner) {
    return countsOf(owner).values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same by kind. */
  public synchronized Map<MessageKind, Long> countsOf(OwnerId owner) {
    return Map.copyOf(handled.getOrDefault(owner, Map.of()));
  }

  /** Where a node's links come from, as {@link Link#source} tells others. */
  public synchronized void source(OwnerId owner, String source) {
    sources.put(owner, source);
  }

  synchronized String sourceOf(OwnerId owner) {
    return sources.getOrDefault(owner, owner.toString());
  }

  /** Bytes of all messages that arrived. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Begins to count anew. */
  public synchronized void resetCounts() {
    counts.clear();
    handled.clear();
    bytes = 0;
  }

  synchronized void listen(NodeAddress address, VirtualNode node) {
    listening.put(address, node);
  }

  synchronized void silence(NodeAddress address, VirtualNode node) {
    listening.remove(address, node);
  }

  synchronized void leave(VirtualNode node) {
    nodes.remove(node);
    listening.values().removeIf(node::equals);
  }

  /** Who listens there, as seen by {@code from}; null for nobody. */
  synchronized VirtualNode at(NodeAddress address, OwnerId from) {
    VirtualNode node = listening.get(address);
    boolean answers = node != null && !hidden.contains(node.owner()) && reaches(from, node.owner());
    return answers ? node : null;
  }

  /** Whether a message gets through now. */
  synchronized boolean passes(OwnerId from, OwnerId to) {
    return left-- > 0 && reaches(from, to) && (loss == 0 || random.nextDouble() >= loss);
  }

  private boolean reaches(OwnerId from, OwnerId to) {
    return !dead.contains(from)
        && !dead.contains(to)
        && sides.getOrDefault(from, 0).equals(sides.getOrDefault(to, 0));
  }

  synchronized Duration latencyOf(OwnerId owner) {
    return latencies.getOrDefault(owner, Duration.ZERO);
  }

  synchronized void arrived(MessageKind kind, int length, List<OwnerId> ends) {
    bytes += length;
    for (OwnerId end : ends) {
      handled
          .computeIfAbsent(end, owner -> new EnumMap<>(MessageKind.class))
          .merge(kind, 1L, Long::sum);
    }
    counts.merge(kind, 1L, Long::sum);
  }

  byte[] tampered(OwnerId owner, Request request, byte[] reply) {
    Tampering tampering;
    synchronized (this) {
      tampering = tamperings.get(owner);
    }
    return tampering == null ? reply : tampering.reply(request, reply);
  }
}
