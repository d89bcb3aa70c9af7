package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which machines speak for each partner. The one that was seen first, or took over, may do
 * everything; one with a higher epoch is announced by its first word here, and takes over when the
 * one before agrees, or after {@link TakeoverLine#NOTICE} as this node observes time, unless the
 * owner refuses it before. Rows of META, {@code takeover} and the owner id. Safe for any number of
 * threads.
 */
final class Takeovers {
  private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);

  /** More than any node has partners. */
  private static final int MOST = 4096;

  private static final OwnerRows.Form<TakeoverLine> FORM =
      new OwnerRows.Form<>(
          TakeoverLine::toRow,
          TakeoverLine::ofRow,
          Comparator.comparingLong(line -> line.current().epoch()));

  private final Rows index;
  private final OwnerRows<TakeoverLine> rows;
  private final Set<OwnerId> rivals = new HashSet<>();

  Takeovers(Rows index) throws IOException {
    this.index = index;
    this.rows = new OwnerRows<>(index, "takeover", FORM, MOST);
  }

  /**
   * Hears a word of a machine; what is new is durable on return.
   *
   * @param partner whose machine it is
   * @param observed time, in ms
   * @throws NotPermittedException if it skips too many epochs
   */
  synchronized TakeoverState.Standing heard(Credential node, Partner partner, long observed)
      throws IOException, CorruptDataException, NotPermittedException {
    Optional<TakeoverLine> known = settled(node.owner(), observed);
    if (known.isEmpty()) {
      Credential first = agreed(partner);
      Credential current = first.epoch() >= partner.epoch() ? first : node;
      if (current.epoch() < partner.epoch()) {
        return TakeoverState.Standing.SUPERSEDED;
      }
      keep(TakeoverLine.of(current));
      known = rows.find(node.owner());
    }
    TakeoverLine line = known.orElseThrow();
    TakeoverState.Standing standing = line.standing(node);
    if (standing == TakeoverState.Standing.ANNOUNCED && line.isAgreed(node)) {
      LOG.info("takeover: {} takes over from {}, which has agreed", node, line.current());
      keep(line.after(node, observed));
      return TakeoverState.Standing.CURRENT;
    } else if (standing == TakeoverState.Standing.ANNOUNCED && line.waitingFor(node).isEmpty()) {
      announce(line, node, observed);
    } else if (standing == TakeoverState.Standing.CURRENT
        && !line.current().isSameAs(node)
        && line.keys(node) == KeyStanding.SAME) {
      keep(line.renewed(node));
    }
    return standing;
  }

  /**
   * The owner's node has put a head by its owner's next key: from now on that is the key. Machines
   * that are announced by another are forgotten. Durable on return.
   */
  synchronized void headCame(Credential node, long observed) throws IOException {
    Optional<TakeoverLine> line = settled(node.owner(), observed);
    if (line.isPresent()
        && line.get().standing(node) == TakeoverState.Standing.CURRENT
        && line.get().keys(node) == KeyStanding.NEXT) {
      keep(line.get().rekeyed(node));
      LOG.info("rekeyed: {} has another key from now on", node);
    }
  }

  /**
   * That the owner key under a credential is not one that was replaced.
   *
   * @param partner whose it says to be
   * @throws NotPermittedException naming the day on which it was
   */
  synchronized void requireKey(Credential by, Partner partner)
      throws CorruptDataException, NotPermittedException {
    Optional<TakeoverLine> line = rows.find(by.owner());
    TakeoverLine known = line.isPresent() ? line.get() : TakeoverLine.of(agreed(partner));
    switch (by.role() == Role.NODE ? known.keys(by) : known.keysOfView(by)) {
      case FORMER -> throw replaced(known.current(), by);
      case RIVAL -> {
        if (rivals.add(by.owner())) {
          LOG.warn(
              "rekey-rival: {} comes with a key that is not its owner's: somebody has a former kit",
              by);
        }
        throw replaced(known.current(), by);
      }
      case CLAIMED -> {
        if (by.role() == Role.VIEW) {
          throw new NotPermittedException(
              "this kit's rekey is signed by no machine that is known here");
        }
      }
      case SAME, NEXT -> {}
    }
  }

  private static NotPermittedException replaced(Credential current, Credential by) {
    int generation = Math.min(by.lineage().generation(), current.lineage().generation() - 1);
    String day =
        generation < 0
            ? ""
            : " on " + LocalDate.ofInstant(current.lineage().replaced(generation), ZoneOffset.UTC);
    return new NotPermittedException(
        "this kit was replaced"
            + day
            + ", and nothing is done by its key any more: use the owner's newest kit");
  }

  /** Whether the owner key under a credential is, or was, another's than this owner's now. */
  synchronized boolean isReplaced(OwnerId owner, Credential by) {
    return rows.find(owner)
        .map(line -> line.keys(by))
        .filter(keys -> keys == KeyStanding.FORMER || keys == KeyStanding.RIVAL)
        .isPresent();
  }

  /** The machine that has signed the agreement. */
  private static Credential agreed(Partner partner) throws CorruptDataException {
    for (Credential signer : partner.record().signers()) {
      if (signer.owner().equals(partner.id())) {
        return signer;
      }
    }
    throw new CorruptDataException("an agreement that " + partner.id() + " has not signed");
  }

  private void announce(TakeoverLine line, Credential node, long observed)
      throws IOException, NotPermittedException {
    if (node.epoch() - line.current().epoch() > TakeoverState.MOST_AHEAD) {
      throw new NotPermittedException(
          "no machine of epoch " + node.epoch() + " follows one of " + line.current().epoch());
    }
    Optional<TakeoverLine> after = line.announced(node, observed);
    if (after.isPresent()) {
      keep(after.get());
      LOG.info("takeover-announced: {} wants to take over from {}", node, line.current());
    }
  }

  /** As things are once those whose time has come have taken over. */
  private Optional<TakeoverLine> settled(OwnerId owner, long observed) throws IOException {
    Optional<TakeoverLine> line = rows.find(owner);
    Optional<TakeoverLine.Waiting> due = line.flatMap(now -> now.due(observed));
    if (due.isEmpty()) {
      return line;
    }
    LOG.info("takeover: {} has taken over from {}", due.get().node(), line.get().current());
    keep(line.get().after(due.get().node(), observed));
    return rows.find(owner);
  }

  private void keep(TakeoverLine line) throws IOException {
    rows.put(line.current().owner(), line);
    index.sync();
  }

  /** Whether a machine is the node of an owner; of owners of whom nothing is known any is. */
  synchronized boolean isCurrent(Credential node, long observed) throws IOException {
    return settled(node.owner(), observed).map(line -> line.isCurrent(node)).orElse(true);
  }

  /** The epoch of the machine that may do everything; 0 if none is known. */
  synchronized long epoch(OwnerId owner, long observed) throws IOException {
    return settled(owner, observed).map(line -> line.current().epoch()).orElse(0L);
  }

  /**
   * How long a machine has to wait until it may do everything. The time of one that there is no
   * place for does not run yet.
   */
  synchronized Duration left(Credential node, long observed) throws IOException {
    Optional<TakeoverLine> line = settled(node.owner(), observed);
    if (line.isEmpty() || line.get().standing(node) != TakeoverState.Standing.ANNOUNCED) {
      return Duration.ZERO;
    }
    return line.get()
        .waitingFor(node)
        .map(waiting -> waiting.left(observed))
        .orElse(TakeoverLine.NOTICE);
  }

  /** Whether there is a machine that an owner has refused. */
  synchronized boolean refusesAny(OwnerId owner) {
    return rows.find(owner).filter(line -> !line.refused().isEmpty()).isPresent();
  }

  /** Whether an owner has another key than his first. */
  synchronized boolean isRekeyed(OwnerId owner) {
    return rows.find(owner).filter(line -> line.current().lineage().generation() > 0).isPresent();
  }

  /** Whether an owner has refused this machine. */
  synchronized boolean refuses(OwnerId owner, Credential node) {
    return rows.find(owner).filter(line -> line.refuses(node)).isPresent();
  }

  /** All that is known, for a machine of the owner. */
  synchronized TakeoverState state(SignedRecord agreement, Credential asker, long observed)
      throws IOException {
    Optional<TakeoverLine> line = settled(asker.owner(), observed);
    TakeoverState.Standing standing =
        asker.role() == Role.VIEW
            ? TakeoverState.Standing.VIEW
            : line.map(known -> known.standing(asker)).orElse(TakeoverState.Standing.CURRENT);
    List<TakeoverState.Announced> announced =
        line.map(
                known ->
                    known.waiting().stream()
                        .map(each -> new TakeoverState.Announced(each.node(), each.left(observed)))
                        .toList())
            .orElse(List.of());
    Duration left = asker.role() == Role.VIEW ? Duration.ZERO : left(asker, observed);
    return new TakeoverState(agreement, standing, left, line.map(TakeoverLine::current), announced);
  }

  /**
   * Takes what the owner's node says of a machine; durable on return. The same again changes
   * nothing.
   *
   * @throws NotPermittedException if another than that node has signed, or the owner key has not
   *     where it must
   */
  synchronized void said(SignedRecord record, Optional<OwnerRecord> override, long observed)
      throws IOException, CorruptDataException, NotPermittedException {
    TakeoverWord word = TakeoverWord.of(record);
    Credential signer = TakeoverWord.signer(record);
    TakeoverLine line = settled(word.owner(), observed).orElse(null);
    if (line == null || word.isAbout(line.current())) {
      return;
    }
    if (!line.isCurrent(signer)) {
      throw new NotPermittedException("another machine is this owner's node by now");
    }
    if (!word.agreed()) {
      TakeoverWord.requireOverride(
          record,
          override.orElseThrow(
              () -> new NotPermittedException("only the owner key refuses a machine")));
    }
    if (line.knows(record)) {
      return;
    }
    LOG.info(
        "takeover: {} {} epoch {}", signer, word.agreed() ? "agrees to" : "refuses", word.epoch());
    keep(word.agreed() ? agreed(line, record, observed) : line.without(word));
  }

  private static TakeoverLine agreed(TakeoverLine line, SignedRecord record, long observed)
      throws CorruptDataException {
    TakeoverWord word = TakeoverWord.of(record);
    Optional<Credential> about =
        line.waiting().stream().map(TakeoverLine.Waiting::node).filter(word::isAbout).findFirst();
    return about.isPresent() ? line.after(about.get(), observed) : line.agreeing(record);
  }

  synchronized void forget(OwnerId owner) throws IOException {
    rows.remove(owner);
  }
}
