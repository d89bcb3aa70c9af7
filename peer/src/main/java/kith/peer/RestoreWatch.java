package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.peer.conduct.EstateTerm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the partners of a living node which restores of its drive were declared there: it has
 * declared none, so somebody else has the kit, or it was forgotten. And whether they took its owner
 * for silent. One thread ticks; otherwise safe for any number.
 */
public final class RestoreWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreWatch.class);

  private static final Duration ASK_EACH = Duration.ofHours(1);

  /** What is longer ago than that is no news. */
  private static final Duration NEWS = Duration.ofDays(30);

  private final LocalNode self;
  private final PartnerBook book;
  private final PeerClient client;
  private final Map<OwnerId, Instant> asked = new ConcurrentHashMap<>();
  private final Map<OwnerId, Reply.RestoreState> told = new ConcurrentHashMap<>();

  /**
   * A restore of this drive.
   *
   * @param at by the clock of whoever declared it
   * @param role of whoever declared it
   * @param epoch of whoever declared it
   */
  public record Declared(OwnerId holder, Instant at, Role role, long epoch) {
    /** As {@code a view} or {@code a node of epoch 2}. */
    public String who() {
      return role == Role.VIEW ? "a view" : "a node of epoch " + epoch;
    }
  }

  /**
   * A partner who had taken this owner for gone.
   *
   * @param phase whether what is kept there still is an estate, or was given up
   * @param returned when he was seen again, if he has his place back
   */
  public record Estate(
      OwnerId holder, EstateTerm.Phase phase, EstateTerm.Cause cause, Optional<Instant> returned) {}

  public RestoreWatch(LocalNode self, PartnerBook book, PeerClient client) {
    this.self = self;
    this.book = book;
    this.client = client;
  }

  /** Asks those who were not asked for an hour; returns 0. */
  public int tick() {
    Instant now = self.now();
    asked.keySet().removeIf(id -> book.find(id).isEmpty());
    told.keySet().removeIf(id -> book.find(id).isEmpty());
    for (Partner partner : book.all()) {
      Instant before = asked.get(partner.id());
      boolean due = before == null || Duration.between(before, now).abs().compareTo(ASK_EACH) >= 0;
      if (due) {
        asked.put(partner.id(), now);
        ask(partner.id());
      }
    }
    return 0;
  }

  private void ask(OwnerId partner) {
    try {
      var query = new Request.RestoreDeclare(Optional.empty());
      Reply.RestoreState state = client.ask(partner, query, Reply.RestoreState.class);
      List<Declared> before = declared(partner);
      told.put(partner, state);
      for (Declared each : declared(partner)) {
        if (!before.contains(each)) {
          LOG.warn(
              "restore-declared: a restore of this drive was declared at {} on {} by {}",
              partner.brief(),
              each.at(),
              each.who());
        }
      }
    } catch (KithException e) {
      LOG.debug("{} does not tell of restores: {}", partner.brief(), e.getMessage());
    }
  }

  /** The restores that were declared lately by others than this node. */
  public List<Declared> declared() {
    return told.keySet().stream().sorted().flatMap(id -> declared(id).stream()).toList();
  }

  private List<Declared> declared(OwnerId holder) {
    Reply.RestoreState state = told.get(holder);
    List<Declared> found = new ArrayList<>();
    for (SignedRecord record : state == null ? List.<SignedRecord>of() : state.declared()) {
      news(record, holder).ifPresent(found::add);
    }
    return found;
  }

  /** Empty for what is old, this node's own, or not signed by this owner's key at all. */
  private Optional<Declared> news(SignedRecord record, OwnerId holder) {
    try {
      RestoreDeclaration declaration = RestoreDeclaration.of(record);
      Credential signer = RestoreDeclaration.signer(record);
      boolean ours =
          declaration.owner().equals(self.identity().owner())
              && declaration.holder().equals(holder)
              && !signer.isSameAs(self.identity().credential());
      boolean recent = Duration.between(declaration.time(), self.now()).abs().compareTo(NEWS) < 0;
      return ours && recent
          ? Optional.of(new Declared(holder, declaration.time(), signer.role(), signer.epoch()))
          : Optional.empty();
    } catch (CorruptDataException e) {
      LOG.debug("{} tells of a restore that is none: {}", holder.brief(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Partners who have taken this owner for gone, now or lately. */
  public List<Estate> estates() {
    List<Estate> found = new ArrayList<>();
    told.forEach((holder, state) -> estate(holder, state.estate()).ifPresent(found::add));
    return found;
  }

  private Optional<Estate> estate(OwnerId holder, Reply.Estate estate) {
    if (estate.phase() != EstateTerm.Phase.PARTNER) {
      return Optional.of(new Estate(holder, estate.phase(), estate.cause(), Optional.empty()));
    }
    Duration ago = Duration.between(estate.returned(), self.now()).abs();
    return ago.compareTo(NEWS) < 0
        ? Optional.of(
            new Estate(holder, estate.phase(), estate.cause(), Optional.of(estate.returned())))
        : Optional.empty();
  }
}
