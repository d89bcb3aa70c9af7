package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;

/**
 * The steps by which a partnership ends, each durable before it is told. What is asked of it again
 * changes nothing. Safe for any number of threads.
 */
final class LeaveBook {
  private final LocalNode self;
  private final PartnerBook book;

  LeaveBook(LocalNode self, PartnerBook book) {
    this.self = self;
    this.book = book;
  }

  private OwnerId me() {
    return self.identity().owner();
  }

  private Instant now() {
    return Instant.ofEpochMilli(self.now().toEpochMilli());
  }

  /**
   * Gives notice to a partner.
   *
   * @param within how long the handover may take; at least the agreement's grace
   * @param alone whether to end it without his word after that time
   * @throws NotPermittedException if it is under way already
   */
  Partner begin(OwnerId id, Duration within, boolean alone) throws IOException, KithException {
    return book.leaving(
        id,
        partner -> {
          Optional<Leave> before = partner.leave();
          if (partner.isLeaving()) {
            if (!alone || before.get().alone()) {
              throw new NotPermittedException(
                  "the partnership ends already, until " + before.get().notice().until());
            }
            return before.get().alone(true);
          }
          Instant made = now();
          return Leave.of(next(partner, true, made, made.plus(bounded(partner, within))), alone);
        });
  }

  /** No shorter than both have agreed to wait for a silent partner, no longer than a year. */
  private static Duration bounded(Partner partner, Duration within) {
    Duration least = partner.agreement().terms().grace();
    Duration bounded = within.compareTo(least) < 0 ? least : within;
    return bounded.compareTo(LeaveNotice.LONGEST) > 0 ? LeaveNotice.LONGEST : bounded;
  }

  private SignedRecord next(Partner partner, boolean running, Instant made, Instant until)
      throws NotPermittedException {
    long number = partner.leave().map(leave -> leave.notice().number()).orElse(0L) + 1;
    if (number > LeaveNotice.MAX_NUMBER) {
      throw new NotPermittedException("there were too many notices between the two");
    }
    return new LeaveNotice(
            partner.agreement().id(), me(), partner.id(), number, running, made, until)
        .signedBy(self.identity());
  }

  /**
   * Withdraws this node's notice.
   *
   * @throws NotPermittedException if there is none, it is the other's, or all is handed over
   */
  Partner cancel(OwnerId id) throws IOException, KithException {
    return book.leaving(
        id,
        partner -> {
          if (!partner.isLeaving()) {
            throw new NotPermittedException("this partnership does not end");
          }
          Leave leave = partner.leave().orElseThrow();
          if (!leave.notice().leaver().equals(me())) {
            throw new NotPermittedException("only the partner can withdraw his notice");
          }
          if (leave.isFreedThere() && leave.isReleasedHere()) {
            throw new NotPermittedException("all is handed over already: agree anew");
          }
          Instant made = now();
          return Leave.of(next(partner, false, made, made), false);
        });
  }

  /**
   * Takes over a notice that the partner has sent, if it holds, and countersigns his own.
   *
   * @throws NotPermittedException if it asks for less time than was agreed
   */
  Partner heard(OwnerId id, SignedRecord record) throws IOException, KithException {
    LeaveNotice notice = LeaveNotice.of(record);
    return book.leaving(
        id,
        partner -> {
          check(partner, notice);
          Optional<Leave> before = partner.leave();
          if (before.isPresent() && before.get().record().sameBody(record)) {
            boolean more = record.signatures() > before.get().record().signatures();
            return more ? before.get().noticed(record) : before.get();
          }
          if (before.isPresent() && !notice.isNewerThan(before.get().notice())) {
            return before.get();
          }
          boolean his = notice.leaver().equals(id) && record.signatures() == 1;
          SignedRecord both = his ? record.signedBy(self.identity()) : record;
          return before.isPresent() ? before.get().noticed(both) : Leave.of(both, false);
        });
  }

  private void check(Partner partner, LeaveNotice notice) throws KithException {
    if (!notice.isBetween(me(), partner.id())
        || !notice.agreement().equals(partner.agreement().id())) {
      throw new NotPermittedException("a notice about another agreement");
    }
    if (notice.made().isAfter(self.now().plus(Credential.CLOCK_SLACK))) {
      throw new NotPermittedException(
          "the notice is dated " + notice.made() + ", here it is " + self.now() + ": check clocks");
    }
    Instant least = notice.made().plus(partner.agreement().terms().grace());
    if (notice.running() && notice.until().isBefore(least)) {
      throw new NotPermittedException("a handover lasts at least until " + least);
    }
  }

  /** Notes that nothing of ours is needed at a partner who leaves. */
  Partner release(OwnerId id, long generation) throws IOException, KithException {
    return book.leaving(
        id,
        partner -> {
          Leave leave = running(partner);
          if (leave.ours().isPresent()) {
            return leave;
          }
          var release =
              new Release(
                  partner.agreement().id(), me(), id, leave.notice().number(), generation, now());
          return leave.withOurs(release.signedBy(self.identity()));
        });
  }

  /** Notes the partner's release; he has it back with both signatures. */
  Partner released(OwnerId id, SignedRecord record) throws IOException, KithException {
    Release release = Release.of(record);
    if (!release.owner().equals(id) || !release.holder().equals(me())) {
      throw new NotPermittedException("a release of others");
    }
    return book.leaving(
        id,
        partner -> {
          Leave leave = running(partner);
          checkHolds(partner, leave, release);
          return leave.isReleasedHere()
              ? leave
              : leave.withTheirs(record.signedBy(self.identity()));
        });
  }

  /** Notes that the partner has our release, by his signature under it. */
  Partner acknowledged(OwnerId id, SignedRecord record) throws IOException, KithException {
    Release.of(record);
    return book.leaving(
        id,
        partner -> {
          Leave leave = running(partner);
          SignedRecord ours = leave.ours().orElse(null);
          if (ours == null || !ours.sameBody(record) || record.signatures() < 2) {
            throw new CorruptDataException(id.brief() + " signed a release that is not ours");
          }
          return leave.isFreedThere() ? leave : leave.withOurs(record);
        });
  }

  private static Leave running(Partner partner) throws NotPermittedException {
    if (!partner.isLeaving()) {
      throw new NotPermittedException("this partnership does not end");
    }
    return partner.leave().orElseThrow();
  }

  private static void checkHolds(Partner partner, Leave leave, Release release)
      throws NotPermittedException {
    if (!release.agreement().equals(partner.agreement().id())
        || release.number() != leave.notice().number()) {
      throw new NotPermittedException("a release under a notice that does not hold");
    }
  }
}
