package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.index.HoldingStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends partnerships in order: gives notice, tells the partner when nothing of this owner is needed
 * there any more, frees what he does not need any more here, and forgets the agreement once both
 * have done so. What the other side knows is asked before anything is told again. One thread ticks;
 * otherwise safe for any number.
 */
public final class Leaver {
  private static final Logger LOG = LoggerFactory.getLogger(Leaver.class);
  private static final Duration ASK_EACH = Duration.ofMinutes(1);

  private final LeaveBook leaves;
  private final PartnerBook book;
  private final PeerClient client;
  private final HoldingStore store;
  private final LocalNode self;
  private final Handover handover;
  private final Map<OwnerId, Instant> asked = new ConcurrentHashMap<>();

  /** How far this owner's shards are from a partner who leaves. */
  public interface Handover {
    /**
     * Of the published head, if neither it nor anything that will follow it names the holder.
     *
     * @return 0 if there never was a head; empty as long as he is needed
     */
    OptionalLong clearOf(OwnerId holder) throws IOException;

    /** The partnership is over: forgets what is kept beside the agreement. May come again. */
    void ended(OwnerId partner) throws IOException;
  }

  /**
   * @param store where partners' shards are kept
   */
  public Leaver(
      LocalNode self, PartnerBook book, PeerClient client, HoldingStore store, Handover handover) {
    this.leaves = new LeaveBook(self, book);
    this.book = book;
    this.client = client;
    this.store = store;
    this.self = self;
    this.handover = handover;
  }

  /**
   * Gives notice; durable on return. The partner hears of it by {@link #tick}.
   *
   * @param within how long the handover may take; the agreement's grace at least
   * @param alone whether to end it without his word after that time, if nothing of his is here
   * @throws kith.codec.NotPermittedException if it is under way already
   */
  public Partner leave(OwnerId partner, Duration within, boolean alone)
      throws IOException, KithException {
    asked.remove(partner);
    return leaves.begin(partner, within, alone);
  }

  /**
   * Withdraws the notice; durable on return.
   *
   * @throws kith.codec.NotPermittedException if there is none of this node, or all is handed over
   */
  public Partner cancel(OwnerId partner) throws IOException, KithException {
    asked.remove(partner);
    return leaves.cancel(partner);
  }

  /** Does what can be done now; returns how many partnerships have ended. */
  public int tick() throws IOException {
    int ended = 0;
    for (Partner each : book.all()) {
      farewell(each);
      Partner partner = book.find(each.id()).orElse(each);
      if (partner.isLeaving()) {
        ended += step(partner.id());
      } else if (isUnheard(partner) && isDue(partner.id())) {
        talk(partner);
      }
    }
    return ended;
  }

  /** Whether something was said that he has not heard, or by him that was not heard here. */
  private boolean isUnheard(Partner partner) {
    return partner.leave().filter(leave -> !leave.isTold()).isPresent()
        || book.isUnknownThere(partner.id());
  }

  /**
   * Whoever has said farewell is left, so that what he keeps for us comes elsewhere; when his time
   * is over all that is his here is freed.
   */
  private void farewell(Partner partner) throws IOException {
    OwnerId id = partner.id();
    Farewells.Said said = book.farewells().find(id).orElse(null);
    if (said == null) {
      return;
    }
    try {
      if (said.farewell().gone() && !partner.isLeaving()) {
        leave(id, partner.agreement().terms().grace(), true);
        book.farewells().noticed(id, true);
      } else if (!said.farewell().gone() && said.noticed()) {
        if (partner.isLeaving()) {
          cancel(id);
        }
        book.farewells().noticed(id, false);
      }
    } catch (KithException e) {
      LOG.info("after the farewell of {}: {}", id.brief(), e.getMessage());
    }
    if (said.isOver(store.observedMillis()) && store.owners().contains(id)) {
      store.forget(id);
      LOG.info("{} is gone for good: what was kept for it is freed", id.brief());
    }
  }

  private int step(OwnerId id) throws IOException {
    try {
      release(id);
      Partner partner = now(id);
      boolean gone = isDue(id) && !talk(partner);
      partner = now(id);
      if (!partner.isLeaving()) {
        return 0;
      }
      Leave leave = partner.leave().orElseThrow();
      if (leave.isReleasedHere() && store.owners().contains(id)) {
        store.forget(id);
        LOG.info("what was kept for {} is freed", id.brief());
      }
      return isOver(id, leave, gone) ? end(partner) : 0;
    } catch (KithException e) {
      LOG.debug("the end of the partnership with {} waits: {}", id.brief(), e.getMessage());
      return 0;
    }
  }

  private Partner now(OwnerId id) throws KithException {
    return book.find(id)
        .orElseThrow(() -> new kith.codec.NotPermittedException(id.brief() + " is no partner"));
  }

  /** Says that nothing is needed there, as soon as that is so. */
  private void release(OwnerId id) throws IOException, KithException {
    if (now(id).leave().flatMap(Leave::ours).isEmpty()) {
      OptionalLong head = handover.clearOf(id);
      if (head.isPresent()) {
        leaves.release(id, head.getAsLong());
        asked.remove(id);
      }
    }
  }

  /**
   * Whether nobody needs the agreement any more.
   *
   * @param gone whether the partner knows of no agreement
   */
  private boolean isOver(OwnerId id, Leave leave, boolean gone) throws IOException {
    if (leave.isFreedThere() && leave.isReleasedHere()) {
      return true;
    }
    boolean late = leave.alone() && self.now().isAfter(leave.notice().until());
    boolean hisIsNothing = leave.isReleasedHere() || store.usedBytes(id) == 0;
    return leave.ours().isPresent() && hisIsNothing && (gone || late);
  }

  private int end(Partner partner) throws IOException {
    if (!partner.leave().orElseThrow().isFreedThere()) {
      book.lastWords().keep(partner, self.now());
    }
    handover.ended(partner.id());
    book.end(partner);
    asked.remove(partner.id());
    LOG.info("the partnership with {} has ended", partner.id().brief());
    return 1;
  }

  private boolean isDue(OwnerId id) {
    Instant now = self.now();
    Instant before = asked.get(id);
    boolean due = before == null || !now.isBefore(before.plus(ASK_EACH)) || now.isBefore(before);
    if (due) {
      asked.put(id, now);
    }
    return due;
  }

  /** Brings both sides to the same state, as far as he answers; false if he knows no agreement. */
  private boolean talk(Partner partner) throws IOException {
    OwnerId id = partner.id();
    try {
      Optional<Reply.LeaveState> there = ask(id, new Request.LeaveGet(partner.agreement().id()));
      if (there.isEmpty()) {
        return false;
      }
      take(id, there.get());
      book.unknownThere(id, false);
      Leave leave = now(id).leave().orElse(null);
      if (leave == null) {
        return true;
      }
      if (there.get().notice().filter(notice -> notice.sameBody(leave.record())).isEmpty()) {
        tell(id, new Request.LeaveTell(leave.record()));
      }
      Leave then = now(id).leave().orElseThrow();
      if (then.notice().running() && then.ours().isPresent() && !then.isFreedThere()) {
        tell(id, new Request.ReleaseTell(then.ours().get()));
      }
    } catch (KithException e) {
      LOG.debug("{} does not tell how far he is: {}", id.brief(), e.getMessage());
    }
    return true;
  }

  private void tell(OwnerId id, Request request) throws IOException, KithException {
    Optional<Reply.LeaveState> there = ask(id, request);
    if (there.isPresent()) {
      take(id, there.get());
    }
  }

  /** Empty if the partner knows of no agreement. */
  private Optional<Reply.LeaveState> ask(OwnerId id, Request request) throws KithException {
    Reply reply = client.ask(id, request);
    boolean unknown =
        reply instanceof Reply.Failure failure && failure.reason() == FailureKind.NOT_FOUND;
    return unknown
        ? Optional.empty()
        : Optional.of(Calls.expect(id, reply, Reply.LeaveState.class));
  }

  private void take(OwnerId id, Reply.LeaveState there) throws IOException, KithException {
    if (there.notice().isPresent()) {
      leaves.heard(id, there.notice().get());
    }
    Leave leave = now(id).leave().orElse(null);
    if (leave == null || !leave.notice().running()) {
      return;
    }
    if (isOf(leave, there.theirs(), leave.ours()) && !leave.isFreedThere()) {
      leaves.acknowledged(id, there.theirs().get());
    }
    if (there.ours().isPresent() && !leave.isReleasedHere() && holds(leave, there.ours().get())) {
      leaves.released(id, there.ours().get());
    }
  }

  /** Whether he has the release that we have. */
  private static boolean isOf(Leave leave, Optional<SignedRecord> his, Optional<SignedRecord> ours)
      throws KithException {
    return his.isPresent()
        && ours.isPresent()
        && holds(leave, his.get())
        && his.get().sameBody(ours.get());
  }

  private static boolean holds(Leave leave, SignedRecord release) throws KithException {
    return Release.of(release).number() == leave.notice().number();
  }
}
