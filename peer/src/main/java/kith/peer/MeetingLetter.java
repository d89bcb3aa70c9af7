package kith.peer;

import kith.codec.CorruptDataException;

/**
 * What inviter and invited say to each other to find out whether they have one code, by whatever
 * way it goes: four letters, odd ones from the invited. Format: docs/formats/records.md.
 */
sealed interface MeetingLetter {
  /** The largest letter, in bytes. */
  int MAX_BYTES = 4096;

  /** Bytes that show that their sender has the key. */
  int CONFIRMATION = 32;

  /** Letters of one meeting. */
  int COUNT = 4;

  private static FieldWriter writer() {
    return new FieldWriter().number("version", 1);
  }

  private static Fields reader(byte[] letter) throws CorruptDataException {
    Fields in = Fields.parse(letter, MAX_BYTES);
    long version = in.count("version");
    if (version != 1) {
      throw new CorruptDataException("a letter of version " + version + ": update Kith");
    }
    return in;
  }

  private static Credential credential(Fields in) throws CorruptDataException {
    return Credential.parse(in.bytes("credential", MAX_BYTES));
  }

  byte[] toBytes();

  /** The first letter: who asks, and his first part of the exchange. */
  record Ask(Credential guest, byte[] first) implements MeetingLetter {
    @Override
    public byte[] toBytes() {
      return writer().bytes("credential", guest.toBytes()).bytes("first", first).toBytes();
    }

    static Ask parse(byte[] letter) throws CorruptDataException {
      Fields in = reader(letter);
      return new Ask(credential(in), in.exactly("first", Jpake.FIRST));
    }
  }

  /** The second: who answers, and both his parts. */
  record Answer(Credential host, byte[] first, byte[] second) implements MeetingLetter {
    @Override
    public byte[] toBytes() {
      return writer()
          .bytes("credential", host.toBytes())
          .bytes("first", first)
          .bytes("second", second)
          .toBytes();
    }

    static Answer parse(byte[] letter) throws CorruptDataException {
      Fields in = reader(letter);
      return new Answer(
          credential(in), in.exactly("first", Jpake.FIRST), in.exactly("second", Jpake.SECOND));
    }
  }

  /** The third: the asker's second part, and that he has the key. */
  record Proof(byte[] second, byte[] confirmation) implements MeetingLetter {
    @Override
    public byte[] toBytes() {
      return writer().bytes("second", second).bytes("confirmation", confirmation).toBytes();
    }

    static Proof parse(byte[] letter) throws CorruptDataException {
      Fields in = reader(letter);
      return new Proof(
          in.exactly("second", Jpake.SECOND), in.exactly("confirmation", CONFIRMATION));
    }
  }

  /**
   * The fourth: that the inviter has the key too, and under it the long code.
   *
   * @param sealed a salted box
   */
  record Welcome(byte[] confirmation, byte[] sealed) implements MeetingLetter {
    @Override
    public byte[] toBytes() {
      return writer().bytes("confirmation", confirmation).bytes("sealed", sealed).toBytes();
    }

    static Welcome parse(byte[] letter) throws CorruptDataException {
      Fields in = reader(letter);
      return new Welcome(in.exactly("confirmation", CONFIRMATION), in.bytes("sealed", 1024));
    }
  }

  /**
   * In place of the second or fourth, where the way has no failures of its own.
   *
   * @param reason what the asker does about it
   */
  record Refusal(FailureKind reason, String message) implements MeetingLetter {
    private static final int MAX_MESSAGE = 1000;

    @Override
    public byte[] toBytes() {
      String short_ = PlainText.cut(message, MAX_MESSAGE);
      return writer().number("refused", reason.tag()).text("message", short_).toBytes();
    }

    /** Whether a letter is a refusal. */
    static boolean is(byte[] letter) throws CorruptDataException {
      return reader(letter).has("refused");
    }

    static Refusal parse(byte[] letter) throws CorruptDataException {
      Fields in = reader(letter);
      return new Refusal(
          FailureKind.of(in.integer("refused", 0, 255)), in.text("message", MAX_MESSAGE));
    }
  }
}
