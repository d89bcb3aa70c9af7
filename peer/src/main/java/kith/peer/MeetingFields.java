package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;

/** The fields of the messages by which two find out whether they have one code. */
final class MeetingFields {
  static final int SESSION = 16;

  /** Letters in one reply; what is beyond comes with the next. */
  static final int MAX_LETTERS = 8;

  private MeetingFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.Meet meet) {
      out.number("number", meet.number())
          .bytes("session", meet.session())
          .number("step", meet.step())
          .bytes("letter", meet.letter());
    } else if (request instanceof Request.MailboxOpen open) {
      out.number("number", open.number()).number("expires", open.expires().toEpochMilli());
    } else if (request instanceof Request.MailboxPost post) {
      out.number("number", post.number())
          .bytes("session", post.session())
          .number("step", post.step())
          .bytes("letter", post.letter());
    } else if (request instanceof Request.MailboxFetch fetch) {
      out.number("number", fetch.number());
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.Met met) {
      out.bytes("letter", met.letter());
    } else if (reply instanceof Reply.MailboxFound found) {
      List<byte[]> letters =
          found.letters().stream().limit(MAX_LETTERS).map(MeetingFields::bytes).toList();
      out.byteStrings("letters", letters);
    }
  }

  private static byte[] bytes(Reply.Letter letter) {
    return ByteBuffer.allocate(SESSION + 1 + letter.letter().length)
        .put(letter.session())
        .put((byte) letter.step())
        .put(letter.letter())
        .array();
  }

  private static int number(Fields in) throws CorruptDataException {
    return in.integer("number", 1, ShortCode.MAX_NUMBER);
  }

  private static int step(int step) throws CorruptDataException {
    if (step < 1 || step > MeetingLetter.COUNT) {
      throw new CorruptDataException("a meeting has no letter " + step);
    }
    return step;
  }

  private static byte[] letter(Fields in) throws CorruptDataException {
    return in.bytes("letter", MeetingLetter.MAX_BYTES);
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return switch (kind) {
      case MEET -> {
        int step = in.integer("step", 1, 3);
        if (step == 2) {
          throw new CorruptDataException("letter 2 is the inviter's");
        }
        yield new Request.Meet(number(in), in.exactly("session", SESSION), step, letter(in));
      }
      case MAILBOX_OPEN ->
          new Request.MailboxOpen(number(in), Instant.ofEpochMilli(in.count("expires")));
      case MAILBOX_POST ->
          new Request.MailboxPost(
              number(in),
              in.exactly("session", SESSION),
              step(in.integer("step", 0, 255)),
              letter(in));
      case MAILBOX_FETCH -> new Request.MailboxFetch(number(in));
      default -> throw new IllegalArgumentException(kind + " is of no meeting");
    };
  }

  static Reply reply(MessageKind kind, Fields in) throws CorruptDataException {
    if (kind == MessageKind.MET) {
      return new Reply.Met(letter(in));
    }
    var letters = new ArrayList<Reply.Letter>();
    for (byte[] bytes : in.byteStrings("letters", MAX_LETTERS)) {
      letters.add(read(bytes));
    }
    return new Reply.MailboxFound(List.copyOf(letters));
  }

  private static Reply.Letter read(byte[] bytes) throws CorruptDataException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      byte[] session = new byte[SESSION];
      in.get(session);
      int step = step(in.get() & 0xff);
      byte[] letter = new byte[in.remaining()];
      in.get(letter);
      if (letter.length > MeetingLetter.MAX_BYTES) {
        throw new CorruptDataException("a letter is too long");
      }
      return new Reply.Letter(session, step, letter);
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a letter is cut off", e);
    }
  }
}
