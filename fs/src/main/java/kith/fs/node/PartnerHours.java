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
 * When partners were found on-line: a row of META each, named {@code hours} and the owner id, and
 * one for when they answered last, named {@code seen} and the owner id; written once an hour. Safe
 * for many threads.
 */
final class PartnerHours {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerHours.class);
  private static final String HOURS = "hours";
  private static final String SEEN = "seen";
  private static final byte VERSION = 1;
  private static final int SEEN_BYTES = 1 + Long.BYTES;

  /**
   * Who was away himself for longer than a grace period asks for so long before he takes a partner
   * for gone.
   */
  private static final Duration ASKED = Duration.ofDays(1);

  private final Rows rows;
  private final Map<OwnerId, Availability> known = new HashMap<>();
  private final Map<OwnerId, Instant> lastThere = new HashMap<>();

  /** Since when each has not answered, since this node was started. */
  private final Map<OwnerId, Instant> silentSince = new HashMap<>();

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
      Instant before = last(partner, now);
      lastThere.put(partner, answers || before.isAfter(now) ? now : before);
      if (answers) {
        silentSince.remove(partner);
      } else {
        // A clock that has gone back must not make him wait for its former time.
        silentSince.merge(partner, now, (since, again) -> since.isAfter(again) ? again : since);
      }
      if (of(partner).note(now, answers)) {
        update.put(Table.META, key(HOURS, partner), of(partner).toBytes());
        update.put(Table.META, key(SEEN, partner), seen(lastThere.get(partner)));
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

  /** Whether a partner has not answered for that long, though he was asked. */
  synchronized boolean isSilentFor(OwnerId partner, Duration time, Instant now) {
    Instant last = lastThere.get(partner);
    Instant since = silentSince.get(partner);
    Duration asked = time.compareTo(ASKED) < 0 ? time : ASKED;
    return last != null
        && since != null
        && now.isAfter(last.plus(time))
        && !now.isBefore(since.plus(asked));
  }

  /** When a partner answered last, or began to be asked. */
  private Instant last(OwnerId partner, Instant now) throws IOException {
    Instant known = lastThere.get(partner);
    if (known != null) {
      return known;
    }
    byte[] row = rows.get(Table.META, key(SEEN, partner));
    if (row == null || row.length != SEEN_BYTES || row[0] != VERSION) {
      return now;
    }
    return Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong(1));
  }

  /** The row: version u8, time u64 in milliseconds since 1970. */
  private static byte[] seen(Instant time) {
    ByteBuffer row = ByteBuffer.allocate(SEEN_BYTES);
    return row.put(VERSION).putLong(time.toEpochMilli()).array();
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
    byte[] row = rows.get(Table.META, key(HOURS, partner));
    try {
      return row == null ? new Availability() : Availability.ofBytes(row);
    } catch (CorruptDataException e) {
      LOG.info("the hours of {} are noted anew: {}", partner.brief(), e.getMessage());
      return new Availability();
    }
  }

  private static byte[] key(String what, OwnerId partner) {
    byte[] prefix = what.getBytes(StandardCharsets.UTF_8);
    byte[] key = Arrays.copyOf(prefix, prefix.length + OwnerId.SIZE);
    partner.copyTo(key, prefix.length);
    return key;
  }
}
