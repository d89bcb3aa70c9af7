package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.index.HoldingStore;
import kith.index.Rows;
import kith.peer.conduct.CourtesyBudget;
import kith.peer.conduct.EstateTerm;
import kith.peer.conduct.RepairBudget;

/**
 * The holder's side of reading back: who may read how much of what is kept for him, and for how
 * long it is. Nothing in the commitment period; then as a courtesy so much a day, for repair once
 * for each lost partner, in a declared restore everything; of an estate by a declared restore
 * alone. Safe for any number of threads; one ticks.
 */
public final class ReadingBack implements AutoCloseable {
  /** By then one who keeps his word has shown it. */
  private static final Duration ASK_AGAIN = Duration.ofDays(1);

  private final LocalNode self;
  private final HoldingStore store;
  private final PartnerBook book;
  private final Settings settings;
  private final ReadBook given;
  private final RestoreBook restores;
  private final EstateBook estates;

  /**
   * How generous this node is.
   *
   * @param least bytes that everybody may read a day
   * @param proved how owners have kept their word
   */
  public record Settings(long least, ProvedTime proved) {
    /** 32 MiB a day at least. */
    public static Settings usual(ProvedTime proved) {
      return new Settings(CourtesyBudget.LEAST, proved);
    }
  }

  /** Reads what was noted before. */
  public ReadingBack(
      LocalNode self, Rows rows, HoldingStore store, PartnerBook book, Settings settings)
      throws IOException {
    this.self = self;
    this.store = store;
    this.book = book;
    this.settings = settings;
    this.given = new ReadBook(rows, ReadBook.GIVEN, self.clock());
    this.restores = new RestoreBook(self, rows);
    this.estates = new EstateBook(rows, self.clock(), settings.proved);
  }

  /**
   * Counts bytes before they are read.
   *
   * @throws NotYetException if it is too early, with the time to wait
   * @throws NotPermittedException if they may not be read for that
   */
  void take(Partner owner, Credential by, ReadPurpose purpose, long bytes)
      throws IOException, KithException {
    requireOver(owner);
    if (purpose instanceof ReadPurpose.Restore restore) {
      if (!restores.isOpen(owner.id(), restore.declaration())) {
        throw new NotPermittedException("no such restore is declared here, or it is over");
      }
    } else {
      requireNoEstate(owner);
    }
    if (purpose instanceof ReadPurpose.Repair repair) {
      checkLost(owner, by, repair.lost());
    }
    given.take(owner.id(), purpose, bytes, limits(owner));
  }

  /** So many of the bytes that were counted were not read after all. */
  void giveBack(Partner owner, ReadPurpose purpose, long bytes) throws IOException {
    given.giveBack(owner.id(), purpose, bytes);
  }

  /** A list of what is kept counts as what is read by it. */
  void takeList(Partner owner, Credential by, long bytes) throws IOException, KithException {
    requireOver(owner);
    if (restores.until(owner.id()).isEmpty()) {
      take(owner, by, ReadPurpose.COURTESY, bytes);
    }
  }

  private void requireOver(Partner owner) throws NotYetException {
    Instant now = self.now();
    Optional<Instant> until = owner.lockedUntil(now);
    if (until.isPresent()) {
      throw new NotYetException(
          "in the commitment period, until " + until.get() + ", nothing is read back",
          Duration.between(now, until.get()));
    }
    if (!settings.proved.mayReadBack(owner)) {
      throw new NotYetException(
          "nothing is read back by who has not shown for the commitment period what he holds",
          ASK_AGAIN);
    }
  }

  /** No refusal: of an estate courtesies are not owed. */
  private void requireNoEstate(Partner owner) throws NotYetException {
    if (estates.find(owner).term().phase() == EstateTerm.Phase.ESTATE) {
      throw new NotYetException(
          "what is kept here is an estate: it is read by a declared restore alone", ASK_AGAIN);
    }
  }

  private void checkLost(Partner owner, Credential by, OwnerId lost) throws NotPermittedException {
    boolean ours = lost.equals(self.identity().owner()) && !owner.isLeaving();
    if (ours || lost.equals(owner.id()) || by.role() != Role.NODE) {
      throw new NotPermittedException("a repair without a lost partner");
    }
  }

  private ReadBook.Limits limits(Partner owner) throws IOException {
    return limits(owner, store.usedBytes(owner.id()), settings.least);
  }

  /** What may be read back, as both sides reckon it. */
  static ReadBook.Limits limits(Partner other, long held, long least) {
    int perMille = other.agreement().terms().courtesyPerMille();
    return new ReadBook.Limits(
        CourtesyBudget.perDay(perMille, held, least), RepairBudget.perLost(held));
  }

  /** A restore is declared, or its owner asks what was. */
  Reply declare(Request.RestoreDeclare request, Partner owner, Credential by)
      throws IOException, KithException {
    if (request.declaration().isPresent()) {
      requireThere(owner);
      requireOver(owner);
      restores.declare(owner, request.declaration().get(), by);
    }
    EstateLine estate = estates.find(owner);
    return new Reply.RestoreState(
        restores.until(owner.id()).orElse(Instant.EPOCH),
        restores.left(owner),
        restores.declared(owner.id()),
        new Reply.Estate(
            estate.term().phase(), estate.term().cause(), estate.term().left(), estate.returned()));
  }

  /** An owner's node is there. */
  void heard(OwnerId owner) throws IOException {
    estates.heard(owner);
  }

  /** The nodes of these owners are there. */
  public void heard(Collection<OwnerId> owners) throws IOException {
    for (OwnerId owner : owners) {
      estates.heard(owner);
    }
  }

  /**
   * Whether anything may be put for an owner.
   *
   * @throws NotPermittedException if what is kept is an estate
   */
  void requireKept(Partner owner) throws NotPermittedException {
    if (estates.find(owner).term().phase() == EstateTerm.Phase.ESTATE) {
      throw new NotPermittedException("what is kept here is an estate: nothing is added to it");
    }
  }

  /**
   * @throws NotPermittedException if what was kept for an owner was given up
   */
  void requireThere(Partner owner) throws NotPermittedException {
    if (estates.find(owner).term().phase() == EstateTerm.Phase.OVER) {
      throw new NotPermittedException(
          "what was kept here was given up: nothing was heard of its owner for too long, or he"
              + " did not keep his word");
    }
  }

  /** The owner does not keep what he owes: what is kept for him becomes an estate. */
  public void reneged(OwnerId owner) throws IOException {
    Optional<Partner> partner = book.find(owner);
    if (partner.isPresent()) {
      estates.reneged(partner.get());
    }
  }

  /** The owner keeps his word again, and has his place back unless it was given up. */
  public void forgiven(OwnerId owner) throws IOException {
    estates.back(owner);
  }

  /**
   * Lets time pass: gives up what was kept long enough, and ends agreements under which nothing is
   * kept on either side any more. Returns how many were ended.
   */
  public int tick(Leaver.Handover handover) throws IOException {
    List<Partner> all = book.all().stream().filter(ReadingBack::mayFallSilent).toList();
    if (!estates.look(all)) {
      return 0;
    }
    given.write();
    int ended = 0;
    for (Partner partner : all) {
      if (estates.find(partner).term().phase() == EstateTerm.Phase.OVER) {
        store.forget(partner.id());
        if (!partner.isLeaving() && handover.clearOf(partner.id()).isPresent()) {
          book.end(partner);
          estates.forget(partner.id());
          handover.ended(partner.id());
          ended++;
        }
      }
    }
    return ended;
  }

  /** One who leaves is waited for, unless his owner's partner has given him up. */
  private static boolean mayFallSilent(Partner partner) {
    return !partner.isLeaving() || partner.leave().orElseThrow().alone();
  }

  /** Writes what was counted; durable with the next commit. */
  @Override
  public void close() throws IOException {
    given.write();
  }

  /**
   * How it stands with what is kept for a partner.
   *
   * @param restoringUntil end of the restore that he has declared; empty if none is under way
   * @param estate how far it is with him
   * @param left for how long an estate is still kept
   */
  public record Standing(
      Optional<Instant> restoringUntil, EstateTerm.Phase estate, Duration left) {}

  /** How it stands with what is kept for a partner. */
  public Standing standing(Partner partner) {
    EstateTerm term = estates.find(partner).term();
    return new Standing(restores.until(partner.id()), term.phase(), term.left());
  }
}
