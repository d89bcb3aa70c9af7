package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * When partners were found on-line: a row of META each, named {@code hours} and the owner id,
 * written once an hour. Safe for many threads.
 */
final class PartnerHours {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerHours.class);
  private static final String HOURS = "hours";

  private final Rows rows;
  private final Map<OwnerId, Availability> known = new HashMap<>();

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
      if (of(partner).note(now, answers)) {
        update.put(Table.META, key(HOURS, partner), of(partner).toBytes());
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
