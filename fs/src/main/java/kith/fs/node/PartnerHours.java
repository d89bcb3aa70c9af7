package kith.fs.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.choice.Availability;
import kith.peer.choice.Candidate;
import kith.peer.choice.Schedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When partners were found on-line: rows of META, named {@code hours} or {@code seen} (when last,
 * ms since 1970 i64) and the owner id, written once an hour. Safe for many threads.
 */
final class PartnerHours {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerHours.class);
  private static final byte[] PREFIX = "hours".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SEEN = "seen".getBytes(StandardCharsets.UTF_8);

  /** When a partner was there is written so often, and is known to so much. */
  private static final Duration GRAIN = Duration.ofHours(1);

  private final Rows rows;
  private final Map<OwnerId, Availability> known = new HashMap<>();
  private final Map<OwnerId, Instant> lastThere = new HashMap<>();
  private final Map<OwnerId, Instant> silentSince = new HashMap<>();
  private final Map<OwnerId, Instant> written = new HashMap<>();

  PartnerHours(Rows rows) {
    this.rows = rows;
  }

  /**
   * Notes who answers. Where several were asked and none did it is this node that is off-line, and
   * nothing is noted.
   */
  synchronized void note(Collection<OwnerId> asked, Set<OwnerId> there, Instant now)
      throws IOException {
    if (asked.size() > 1 && there.isEmpty()) {
      return;
    }
    Update update = new Update();
    boolean complete = false;
    for (OwnerId partner : asked) {
      boolean answers = there.contains(partner);
      Instant before = lastThere(partner, now);
      lastThere.put(partner, answers || before.isAfter(now) ? now : before);
      if (answers) {
        silentSince.remove(partner);
      } else {
        silentSince.putIfAbsent(partner, now);
      }
      complete |= noteSeen(partner, update);
      if (of(partner).note(now, answers)) {
        update.put(Table.META, key(partner), of(partner).toBytes());
        complete = true;
      }
    }
    if (complete) {
      rows.apply(update);
    }
  }

  /** What is known of a partner's hours, beside those that he states. */
  synchronized Candidate.Hours hours(OwnerId partner, Schedule stated) throws IOException {
    return Candidate.Hours.of(stated, of(partner));
  }

  /**
   * Whether a partner has not answered for that long, by what was written before this node was
   * started, too. Of the time that it was off nothing is known: it must have asked for an hour.
   */
  synchronized boolean isSilentFor(OwnerId partner, Duration time, Instant now) {
    Instant last = lastThere.get(partner);
    Instant since = silentSince.get(partner);
    return last != null
        && since != null
        && now.isAfter(since.plus(GRAIN))
        && now.isAfter(last.plus(time));
  }

  private Instant lastThere(OwnerId partner, Instant now) throws IOException {
    Instant known = lastThere.get(partner);
    if (known != null) {
      return known;
    }
    byte[] row = rows.get(Table.META, key(SEEN, partner));
    if (row == null || row.length != Long.BYTES) {
      return now;
    }
    Instant read = Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong());
    written.put(partner, read);
    return read;
  }

  private boolean noteSeen(OwnerId partner, Update update) {
    Instant last = lastThere.get(partner);
    Instant before = written.get(partner);
    if (before != null && Duration.between(before, last).abs().compareTo(GRAIN) < 0) {
      return false;
    }
    byte[] row = ByteBuffer.allocate(Long.BYTES).putLong(last.toEpochMilli()).array();
    update.put(Table.META, key(SEEN, partner), row);
    written.put(partner, last);
    return true;
  }

  private Availability of(OwnerId partner) throws IOException {
    Availability found = known.get(partner);
    if (found == null) {
      found = read(partner);
      known.put(partner, found);
    }
    return found;
  }

  private Availability read(OwnerId partner) throws IOException {
    byte[] row = rows.get(Table.META, key(partner));
    try {
      return row == null ? new Availability() : Availability.ofBytes(row);
    } catch (CorruptDataException e) {
      LOG.info("the hours of {} are noted anew: {}", partner.brief(), e.getMessage());
      return new Availability();
    }
  }

  private static byte[] key(OwnerId partner) {
    return key(PREFIX, partner);
  }

  private static byte[] key(byte[] prefix, OwnerId partner) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + OwnerId.SIZE);
    partner.copyTo(key, prefix.length);
    return key;
  }
}
