package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.peer.choice.UsableSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the partners that there are for more space while a drive needs more than fits. Each side
 * keeps as much more for the other, and no more than both agree to without asking a person. One
 * thread ticks; others may ask what was said.
 */
public final class MoreSpace {
  private static final Logger LOG = LoggerFactory.getLogger(MoreSpace.class);

  /** Who gives no more is left in peace for so long. */
  static final Duration REST = Duration.ofHours(6);

  /** An agreement is not amended for less than this part of what is kept by it. */
  private static final int STEP = 16;

  /** What the drive needs, and what may be given for it. */
  public interface Goal {
    /**
     * The partners who could be asked, and what must fit at them.
     *
     * @return nothing if it fits
     */
    Optional<Need> need() throws IOException;

    /** Bytes that may be kept for a partner in all, without asking this node's owner. */
    long mayKeep(OwnerId partner) throws IOException;
  }

  /**
   * What does not fit.
   *
   * @param partners that may be given more shards
   * @param content bytes of content that should fit at them
   */
  public record Need(List<Partner> partners, Optional<CodeParameters> code, long content) {
    public Need {
      partners = List.copyOf(partners);
    }
  }

  private final Negotiator negotiator;
  private final Goal goal;
  private final InstantSource clock;
  private final Map<OwnerId, Instant> asked = new ConcurrentHashMap<>();
  private volatile String said = "";

  public MoreSpace(Negotiator negotiator, Goal goal, InstantSource clock) {
    this.negotiator = negotiator;
    this.goal = goal;
    this.clock = clock;
  }

  /** Asks each that could give more, once; returns how many agreements were amended. */
  public int tick() throws IOException {
    Optional<Need> need = goal.need();
    if (need.isEmpty()) {
      said = "";
      return 0;
    }
    List<Partner> able = new ArrayList<>();
    List<Long> fixed = new ArrayList<>();
    for (Partner partner : need.get().partners()) {
      if (rests(partner.id())) {
        fixed.add(partner.spaceThere());
      } else {
        able.add(partner);
      }
    }
    List<Long> now = able.stream().map(Partner::spaceThere).toList();
    OptionalLong each = UsableSpace.each(fixed, now, need.get().code(), need.get().content());
    int amended = 0;
    for (Partner partner : able) {
      if (each.isPresent() && partner.spaceThere() < each.getAsLong()) {
        amended += ask(partner, each.getAsLong()) ? 1 : 0;
      }
    }
    return amended;
  }

  /** What the last one said who gave no more; empty if nobody did, or nothing is needed. */
  public String said() {
    return said;
  }

  private boolean rests(OwnerId partner) {
    Instant now = clock.instant();
    Instant until = asked.getOrDefault(partner, Instant.MIN);
    return now.isBefore(until) && !now.plus(REST).isBefore(until);
  }

  private boolean ask(Partner partner, long wanted) throws IOException {
    OwnerId id = partner.id();
    asked.put(id, clock.instant().plus(REST));
    try {
      long least = Math.max(NegotiationLimits.LEAST_SPACE, partner.spaceThere() / STEP);
      long there = negotiator.mostOf(id) - partner.spaceThere();
      long here = goal.mayKeep(id) - partner.spaceHere();
      long more = Math.min(Math.max(least, wanted - partner.spaceThere()), Math.min(there, here));
      if (more < least) {
        said = here < there ? "this node keeps no more" : id.brief() + " keeps no more";
        return false;
      }
      return amend(partner, more);
    } catch (KithException e) {
      said = String.valueOf(e.getMessage());
      LOG.debug("{} does not keep more: {}", id.brief(), e.getMessage());
      return false;
    }
  }

  private boolean amend(Partner partner, long more) throws IOException, KithException {
    OwnerId id = partner.id();
    var change =
        new AgreementChange(partner.spaceHere() + more, partner.spaceThere() + more, null, null);
    if (negotiator.amend(id, change).partner().isEmpty()) {
      // A person would have to decide, who can do so by an offer of his own.
      negotiator.withdraw(id);
      said = id.brief() + " asks its owner";
      return false;
    }
    asked.remove(id);
    LOG.info("{} and this node keep {} bytes more for each other", id.brief(), more);
    return true;
  }
}
