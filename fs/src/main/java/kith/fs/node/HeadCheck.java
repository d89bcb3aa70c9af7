package kith.fs.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kith.codec.OwnerId;
import kith.fs.DriveEngine;
import kith.fs.HolderCandidate;
import kith.peer.HeadRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a node puts anything after its start, it looks whether partners have a newer head than it
 * has made: then its home is an old copy, and what it put would be a past that goes on beside the
 * present. So many must have answered that one of them was asked for any published head; the others
 * are asked when they come. Safe for many threads; nobody waits for the one that asks.
 */
final class HeadCheck {
  private static final Logger LOG = LoggerFactory.getLogger(HeadCheck.class);

  /** Between two attempts at partners who have not answered yet, once the node may put. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Made made;
  private final NodePartners partners;
  private final IntSupplier quorum;
  private final InstantSource clock;
  private final Set<OwnerId> answered = ConcurrentHashMap.newKeySet();
  private final ReentrantLock asking = new ReentrantLock();
  private final Supplier<String> superseded;
  private volatile boolean passed;
  private volatile String refused = "";
  private volatile Instant nextAt = Instant.MIN;

  /**
   * The newest head that this node has made.
   *
   * @param epoch of this node
   */
  record Made(DriveEngine engine, long epoch) {
    private boolean isOlderThan(HeadRecord head) {
      // Whether a machine of a later epoch takes this one's place is for partners to say.
      return head.epoch() == epoch && head.generation() > engine.headGeneration();
    }

    @Override
    public String toString() {
      return "epoch " + epoch + ", generation " + engine.headGeneration();
    }
  }

  /**
   * @param quorum how many partners must take a head before it counts as published
   * @param superseded why another machine is the owner's node by now; empty if none is
   */
  HeadCheck(
      Made made,
      NodePartners partners,
      IntSupplier quorum,
      InstantSource clock,
      Supplier<String> superseded) {
    this.superseded = superseded;
    this.made = made;
    this.partners = partners;
    this.quorum = quorum;
    this.clock = clock;
  }

  /** Whether this node may put. Asks partners that have not answered yet. */
  boolean passed() {
    if (refused.isEmpty() && asking.tryLock()) {
      try {
        ask();
      } finally {
        asking.unlock();
      }
    }
    return passed && refusal().isEmpty();
  }

  private void ask() {
    Set<OwnerId> staying =
        partners.candidates().stream().map(HolderCandidate::owner).collect(Collectors.toSet());
    staying.removeAll(partners.gone());
    int all = staying.size();
    if (all == 0 || (passed && clock.instant().isBefore(nextAt))) {
      return;
    }
    nextAt = clock.instant().plus(AGAIN);
    if (!passed) {
      partners.greet();
    }
    Set<OwnerId> open = new HashSet<>(partners.reachable());
    open.removeAll(answered);
    if (open.isEmpty()) {
      return;
    }
    NodePartners.Heads heads = partners.heads(open);
    heads.newest().filter(made::isOlderThan).ifPresent(this::refuse);
    answered.addAll(heads.answered());
    long counted = answered.stream().filter(staying::contains).count();
    passed |= counted > all - Math.min(all, quorum.getAsInt());
  }

  private void refuse(HeadRecord newer) {
    refused =
        "partners have a newer head (epoch "
            + newer.epoch()
            + ", generation "
            + newer.generation()
            + ") than this home ("
            + made
            + "): this is an old copy of the home. Nothing is sent from"
            + " here. Go on with the newer one, or use 'kith recover'";
    LOG.error("{}", refused);
  }

  /**
   * @throws NodeException if this node must not put
   */
  void require() throws NodeException {
    if (!passed() && !refusal().isEmpty()) {
      throw new NodeException(ExitCode.NOT_PERMITTED, refusal());
    }
  }

  /** Why this node must not put; empty if it may, or it is not known yet. */
  String refusal() {
    return refused.isEmpty() ? superseded.get() : refused;
  }
}
