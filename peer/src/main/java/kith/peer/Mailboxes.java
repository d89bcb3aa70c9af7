package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import kith.codec.OwnerId;

/**
 * A meeting point for two others: takes the letters of their meetings and hands them on. Serves a
 * node for its friends, or a broker for everybody. Understands no letter and is not trusted with
 * any; bounded in number, size and time, in memory only: whoever opened a mailbox opens it again
 * when it is gone. Safe for any number of threads.
 */
public final class Mailboxes {
  /**
   * How many mailboxes there may be.
   *
   * @param all of everybody
   * @param ofOwner of one owner; owners can be made up
   * @param ofSource opened from one network address
   */
  record Bounds(int all, int ofOwner, int ofSource) {
    /** At a node, for its partners. */
    static final Bounds NODE = new Bounds(512, 16, 512);

    /** At a broker, for everybody. */
    static final Bounds BROKER = new Bounds(4096, 16, 32);
  }

  /** Meetings at once in one mailbox. */
  static final int MAX_MEETINGS = 4;

  private static final Duration MAX_LIFE = Duration.ofDays(28);
  private static final Duration MEETING_LIFE = Duration.ofMinutes(5);
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int ASKED_BY_SOURCE = 240;
  private static final int ASKED = 12_000;

  private final InstantSource clock;
  private final Predicate<OwnerId> mayOpen;
  private final Bounds bounds;
  private final SourceLimit limit;
  private final Map<Integer, Box> boxes = new HashMap<>();

  private static final class Box {
    final OwnerId host;
    final String source;
    Instant until;
    final Map<ByteBuffer, Exchange> meetings = new HashMap<>();

    Box(OwnerId host, String source) {
      this.host = host;
      this.source = source;
    }
  }

  private static final class Exchange {
    final OwnerId guest;
    final Instant until;
    final byte[][] letters = new byte[MeetingLetter.COUNT + 1][];

    Exchange(OwnerId guest, Instant until) {
      this.guest = guest;
      this.until = until;
    }
  }

  /**
   * @param mayOpen who may open a mailbox here; letters to it may come from anybody
   */
  Mailboxes(InstantSource clock, Predicate<OwnerId> mayOpen, Bounds bounds) {
    this.clock = clock;
    this.mayOpen = mayOpen;
    this.bounds = bounds;
    this.limit = new SourceLimit(clock, WINDOW, ASKED_BY_SOURCE, ASKED);
  }

  /** Answers MAILBOX_OPEN, MAILBOX_POST and MAILBOX_FETCH. */
  public Reply answer(Request request, Link from) {
    if (!limit.admit(from.source())) {
      return limit.refusal();
    }
    synchronized (this) {
      forget();
      if (request instanceof Request.MailboxOpen open) {
        return open(open, from);
      } else if (request instanceof Request.MailboxPost post) {
        return post(post, from.partner());
      } else if (request instanceof Request.MailboxFetch fetch) {
        return fetch(fetch, from.partner());
      }
    }
    throw new IllegalArgumentException(request.kind() + " is not for mailboxes");
  }

  private void forget() {
    Instant now = clock.instant();
    boxes.values().removeIf(box -> now.isAfter(box.until));
    boxes.values().forEach(b -> b.meetings.values().removeIf(e -> now.isAfter(e.until)));
  }

  private static Reply.Failure failure(FailureKind reason, String message) {
    return new Reply.Failure(reason, message, Duration.ZERO);
  }

  private static Reply.Failure none(int number) {
    return failure(FailureKind.NOT_FOUND, "nobody has mailbox " + number + " here");
  }

  /** Whether a request is for mailboxes. */
  static boolean isFor(Request request) {
    return request instanceof Request.MailboxOpen
        || request instanceof Request.MailboxPost
        || request instanceof Request.MailboxFetch;
  }

  private Reply open(Request.MailboxOpen open, Link from) {
    OwnerId host = from.partner();
    Box box = boxes.get(open.number());
    if (box == null) {
      if (!mayOpen.test(host)) {
        return failure(FailureKind.NOT_PERMITTED, "mailboxes here are for partners");
      }
      if (!hasRoom(host, from.source())) {
        return failure(FailureKind.BUSY, "there are too many mailboxes here");
      }
      box = new Box(host, from.source());
      boxes.put(open.number(), box);
    } else if (!box.host.equals(host)) {
      return failure(FailureKind.NOT_PERMITTED, "mailbox " + open.number() + " is somebody else's");
    }
    Instant latest = clock.instant().plus(MAX_LIFE);
    box.until = open.expires().isBefore(latest) ? open.expires() : latest;
    return new Reply.Done();
  }

  private boolean hasRoom(OwnerId host, String source) {
    long own = boxes.values().stream().filter(each -> each.host.equals(host)).count();
    long near = boxes.values().stream().filter(each -> each.source.equals(source)).count();
    return boxes.size() < bounds.all && own < bounds.ofOwner && near < bounds.ofSource;
  }

  private Reply post(Request.MailboxPost post, OwnerId sender) {
    Box box = boxes.get(post.number());
    if (box == null) {
      return none(post.number());
    }
    ByteBuffer session = ByteBuffer.wrap(post.session().clone());
    boolean fromHost = post.step() % 2 == 0;
    Exchange exchange = box.meetings.get(session);
    if (exchange == null && post.step() == 1) {
      if (box.meetings.size() >= MAX_MEETINGS) {
        return failure(FailureKind.BUSY, "too many want mailbox " + post.number() + " at once");
      }
      exchange = new Exchange(sender, clock.instant().plus(MEETING_LIFE));
      box.meetings.put(session, exchange);
    }
    if (exchange == null) {
      return failure(FailureKind.NOT_FOUND, "this meeting is over");
    }
    boolean itsTurn = post.step() == 1 || exchange.letters[post.step() - 1] != null;
    if (!itsTurn || !sender.equals(fromHost ? box.host : exchange.guest)) {
      return failure(FailureKind.NOT_PERMITTED, "this letter is not the sender's to write");
    }
    byte[] before = exchange.letters[post.step()];
    if (before != null && !Arrays.equals(before, post.letter())) {
      return failure(FailureKind.NOT_PERMITTED, "another letter is in its place");
    }
    exchange.letters[post.step()] = post.letter().clone();
    return new Reply.Done();
  }

  private Reply fetch(Request.MailboxFetch fetch, OwnerId asker) {
    Box box = boxes.get(fetch.number());
    if (box == null) {
      return none(fetch.number());
    }
    var found = new ArrayList<Reply.Letter>();
    for (var each : box.meetings.entrySet()) {
      Exchange exchange = each.getValue();
      for (int step = 1; step <= MeetingLetter.COUNT; step++) {
        boolean answered = step < MeetingLetter.COUNT && exchange.letters[step + 1] != null;
        OwnerId reader = step % 2 == 0 ? exchange.guest : box.host;
        if (exchange.letters[step] != null && !answered && reader.equals(asker)) {
          found.add(new Reply.Letter(each.getKey().array().clone(), step, exchange.letters[step]));
        }
      }
    }
    return new Reply.MailboxFound(List.copyOf(found));
  }
}
