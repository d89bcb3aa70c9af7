package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.DriveEngine;
import kith.fs.Head;
import kith.fs.HolderCandidate;
import kith.fs.HolderUsage;
import kith.fs.MoveCheck;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.Leave;
import kith.peer.Leaver;
import kith.peer.LedgerMirrors;
import kith.peer.Partner;
import kith.peer.PartnerBook;

/**
 * Partners who leave, as node and drive see them: what is still there, and whether others could
 * take it. A row of META, {@code described}, has the list of partners as it was noticed last, so
 * that a head follows each change. Safe for many threads; one ticks.
 */
final class NodeLeaving implements Leaver.Handover {
  private final Parts parts;
  private static final byte[] DESCRIBED = "described".getBytes(StandardCharsets.UTF_8);

  /** Going through all rows takes its time: not more often than that for one who is needed yet. */
  private static final Duration LOOK_EACH = Duration.ofSeconds(30);

  private final Map<OwnerId, Instant> needed = new HashMap<>();
  private Leaver leaver;

  /** What it works with. */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      LedgerMirrors mirrors,
      NodeAudits audits,
      DriveEngine engine,
      InstantSource clock) {}

  NodeLeaving(Parts parts) {
    this.parts = parts;
  }

  /** Who ends partnerships; before anything else. */
  NodeLeaving by(Leaver ending) {
    leaver = ending;
    return this;
  }

  @Override
  public OptionalLong clearOf(OwnerId holder) throws IOException {
    Instant now = parts.clock.instant();
    Instant before = needed.get(holder);
    if (before != null && Duration.between(before, now).abs().compareTo(LOOK_EACH) < 0) {
      return OptionalLong.empty();
    }
    OptionalLong clear = parts.engine.moving().clearOf(holder);
    if (clear.isPresent()) {
      needed.remove(holder);
    } else {
      needed.put(holder, now);
    }
    return clear;
  }

  @Override
  public void ended(OwnerId partner) throws IOException {
    parts.mirrors.forget(partner);
    parts.partners.forget(partner);
    parts.audits.forget(partner);
  }

  /** Does what can be done now; returns how many partnerships have ended. */
  int tick() throws IOException {
    notice();
    return leaver.tick();
  }

  /** Where the partners have changed, or where they are, a head is published that says so. */
  private void notice() throws IOException {
    List<Head.Partner> described =
        parts.partners.described(named(parts.book, parts.rows), List.of());
    byte[] now = described.toString().getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(now, parts.rows.get(Table.META, DESCRIBED))) {
      parts.engine.moving().partnersChanged();
      parts.rows.apply(new Update().put(Table.META, DESCRIBED, now));
    }
  }

  /** Those who are named in a head: who leaves only as long as something is there. */
  static List<Partner> named(PartnerBook book, RowView rows) {
    List<Partner> all = book.all();
    if (all.stream().noneMatch(Partner::isLeaving)) {
      return all;
    }
    try {
      Set<OwnerId> needed = HolderUsage.named(rows);
      return all.stream()
          .filter(partner -> !partner.isLeaving() || needed.contains(partner.id()))
          .toList();
    } catch (IOException e) {
      return all; // one more than is needed does no harm
    }
  }

  /** What a person wants; returns the partner as the book has it then. */
  Partner carryOut(LeaveTerms terms, Partner partner)
      throws IOException, KithException, NodeException {
    OwnerId id = partner.id();
    if (terms.kind() == LeaveTerms.Kind.CANCEL) {
      return leaver.cancel(id);
    }
    if (!terms.anyway()) {
      requireRoom(partner);
    }
    Duration grace = partner.agreement().terms().grace();
    Duration within = terms.within() == null ? grace : terms.within();
    if (within.compareTo(grace) < 0) {
      throw new NodeException(
          ExitCode.NOT_PERMITTED,
          "a handover may not be shorter than the grace period of the agreement, "
              + grace.toDays()
              + " days");
    }
    return leaver.leave(id, within, terms.kind() == LeaveTerms.Kind.REMOVE);
  }

  private void requireRoom(Partner partner) throws IOException, NodeException {
    Set<OwnerId> gone = parts.partners.gone();
    List<HolderCandidate> others =
        parts.partners.candidates().stream()
            .filter(other -> !other.owner().equals(partner.id()) && !gone.contains(other.owner()))
            .toList();
    MoveCheck check = parts.engine.moving().without(partner.id());
    if (check.homeless() == 0) {
      return;
    }
    String name = partner.name().isEmpty() ? partner.id().brief() : partner.name();
    long free = others.stream().mapToLong(HolderCandidate::freeBytes).sum();
    throw new NodeException(
        others.isEmpty() ? ExitCode.NOT_ENOUGH_PARTNERS : ExitCode.NO_SPACE_AT_PARTNERS,
        "without "
            + name
            + " "
            + check.homeless()
            + " of "
            + check.packs()
            + " packs ("
            + ByteSize.show(check.homelessBytes())
            + ") find no place at your "
            + others.size()
            + " other partners, who have "
            + ByteSize.show(free)
            + " left: invite another ('kith partner invite'), agree on more space ('kith partner"
            + " amend'), or use --anyway: what finds no place then stays with "
            + name
            + ", and the agreement does not end before it is elsewhere");
  }

  /** How far the end is; null for a partner who stays. */
  static LeavingInfo info(Partner partner, OwnerId self, Instant now) {
    if (!partner.isLeaving()) {
      return null;
    }
    Leave leave = partner.leave().orElseThrow();
    return new LeavingInfo(
        leave.notice().leaver().equals(self),
        leave.isTold(),
        leave.notice().until(),
        now.isAfter(leave.notice().until()),
        leave.isFreedThere(),
        leave.isReleasedHere());
  }
}
