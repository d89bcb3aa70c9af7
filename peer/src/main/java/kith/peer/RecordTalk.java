package kith.peer;

import java.io.IOException;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation with somebody who knows nodes: makes this one known to him and learns of others,
 * a bounded number, each believed for its owner's signature alone. For one thread.
 */
final class RecordTalk {
  private static final Logger LOG = LoggerFactory.getLogger(RecordTalk.class);

  /** The way to him. */
  interface Asking {
    <T extends Reply> T ask(Request request, Class<T> type) throws KithException;
  }

  private final KnownNodes known;
  private final OwnerId teller;
  private final Asking asking;
  private int news;

  RecordTalk(KnownNodes known, OwnerId teller, Asking asking) {
    this.known = known;
    this.teller = teller;
    this.asking = asking;
  }

  /** How many records were news. */
  int news() {
    return news;
  }

  void publish(NodeRecord own) throws KithException {
    asking.ask(new Request.RecordPublish(own.record()), Reply.Done.class);
  }

  /**
   * Asks page by page, and once more from the beginning when the end comes early.
   *
   * @throws CorruptDataException if something that he tells is damaged or forged; the rest of that
   *     page was taken
   */
  void learn(RecordsQuery query, int pages) throws IOException, KithException {
    RecordsQuery next = query;
    boolean wrapped = query.after().isEmpty();
    for (int page = 0; page < pages; page++) {
      var reply = asking.ask(new Request.RecordsGet(next), Reply.Records.class);
      Optional<OwnerId> last = take(reply);
      if (reply.more() && isBehind(last, next.after())) {
        next = next.behind(last);
      } else if (wrapped) {
        return;
      } else {
        wrapped = true;
        next = next.behind(Optional.empty());
      }
    }
  }

  /** A teller who goes round in circles is not followed. */
  private static boolean isBehind(Optional<OwnerId> last, Optional<OwnerId> before) {
    return last.isPresent() && (before.isEmpty() || last.get().compareTo(before.get()) > 0);
  }

  /** Takes what is true of a page; returns the owner of its last record. */
  private Optional<OwnerId> take(Reply.Records page) throws IOException, KithException {
    CorruptDataException lie = null;
    Optional<OwnerId> last = Optional.empty();
    for (byte[] record : page.records()) {
      try {
        OwnerId owner = NodeRecord.ownerOf(record);
        last = Optional.of(owner);
        news += known.take(owner, record, teller) ? 1 : 0;
      } catch (CorruptDataException e) {
        lie = e;
      } catch (NotPermittedException e) {
        // Expired on its way, or somebody else has told of a newer one: nobody has lied.
        LOG.trace("{} told of a node: {}", teller, e.getMessage());
      }
    }
    if (lie != null) {
      throw lie;
    }
    return last;
  }
}
