package kith.peer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An invitation as the inviter keeps it.
 *
 * @param secret of the long code, by which its bearer proves himself, again when he repeats
 * @param usedBy who made an agreement by it
 * @param spoken its form in words; empty if it has only the long one
 */
record InvitationRow(
    InvitationTerms terms,
    byte[] secret,
    Instant expires,
    Optional<OwnerId> usedBy,
    Optional<Spoken> spoken) {
  /** Wrong words that an invitation stands. */
  static final int MAX_GUESSES = 3;

  private static final int VERSION = 1;

  /**
   * The form in words.
   *
   * @param guesses how often words were shown, but for the right ones
   * @param met who showed the right ones: nobody else may use the invitation any more
   * @param via a node or broker that takes letters for the inviter; empty if there is none
   */
  record Spoken(ShortCode code, int guesses, Optional<OwnerId> met, Optional<NodeAddress> via) {
    Spoken guessed(int count) {
      return new Spoken(code, count, met, via);
    }

    Spoken metBy(OwnerId guest) {
      return new Spoken(code, guesses, Optional.of(guest), via);
    }

    void write(FieldWriter out) {
      out.number("number", code.number())
          .bytes("words", bytes(code.words()))
          .number("guesses", guesses);
      met.ifPresent(who -> out.bytes("met", who));
      via.ifPresent(where -> out.text("via", where.toString()));
    }

    private static byte[] bytes(List<Integer> words) {
      byte[] bytes = new byte[2 * ShortCode.WORDS];
      for (int i = 0; i < ShortCode.WORDS; i++) {
        bytes[2 * i] = (byte) (words.get(i) >> 8);
        bytes[2 * i + 1] = (byte) (int) words.get(i);
      }
      return bytes;
    }

    static Spoken read(Fields in) throws CorruptDataException {
      byte[] bytes = in.exactly("words", 2 * ShortCode.WORDS);
      var words = new ArrayList<Integer>();
      for (int i = 0; i < ShortCode.WORDS; i++) {
        words.add((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
      }
      return new Spoken(
          code(in.integer("number", 1, ShortCode.MAX_NUMBER), words),
          in.integer("guesses", 0, Integer.MAX_VALUE),
          in.has("met") ? Optional.of(in.owner("met")) : Optional.empty(),
          in.has("via")
              ? Optional.of(NodeAddress.parse(in.text("via", RequestFields.MAX_ADDRESS)))
              : Optional.empty());
    }

    private static ShortCode code(int number, List<Integer> words) throws CorruptDataException {
      try {
        return new ShortCode(number, words);
      } catch (IllegalArgumentException e) {
        throw new CorruptDataException("the words of an invitation are in no list", e);
      }
    }
  }

  InvitationRow used(OwnerId by) {
    return new InvitationRow(terms, secret, expires, Optional.of(by), spoken);
  }

  InvitationRow with(Spoken changed) {
    return new InvitationRow(terms, secret, expires, usedBy, Optional.of(changed));
  }

  /** Whose it is by now: who agreed by it, or has shown the words. */
  Optional<OwnerId> taken() {
    return usedBy.or(() -> spoken.flatMap(Spoken::met));
  }

  /** How an invitation stands. */
  InvitationState state(Instant now) {
    if (usedBy.isPresent()) {
      return InvitationState.USED;
    }
    if (now.isAfter(expires)) {
      return InvitationState.EXPIRED;
    }
    boolean guessed = spoken.isPresent() && spoken.get().guesses() >= MAX_GUESSES;
    return guessed && taken().isEmpty() ? InvitationState.VOID : InvitationState.OPEN;
  }

  /** The row in INVITATIONS: version u8, then a map of fields. */
  byte[] toBytes() {
    var out =
        new FieldWriter()
            .text("name", terms.name())
            .number("offered", terms.offered())
            .number("wanted", terms.wanted())
            .map("terms", terms.terms(), (to, both) -> both.write(to))
            .bytes("secret", secret)
            .number("expires", expires.toEpochMilli());
    usedBy.ifPresent(by -> out.bytes("used", by));
    spoken.ifPresent(words -> out.map("spoken", words, (to, form) -> form.write(to)));
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static InvitationRow parse(byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != VERSION) {
      throw new CorruptDataException("an invitation's row is of an unknown version");
    }
    Fields in = Fields.parse(Arrays.copyOfRange(row, 1, row.length));
    return new InvitationRow(
        terms(in),
        in.exactly("secret", InvitationCode.SECRET_SIZE),
        Instant.ofEpochMilli(in.count("expires")),
        in.has("used") ? Optional.of(in.owner("used")) : Optional.empty(),
        in.has("spoken") ? Optional.of(Spoken.read(in.map("spoken"))) : Optional.empty());
  }

  private static InvitationTerms terms(Fields in) throws CorruptDataException {
    try {
      return new InvitationTerms(
          in.text("name", AgreementSide.MAX_NAME),
          in.count("offered"),
          in.count("wanted"),
          AgreementTerms.read(in.map("terms")));
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("an invitation's row contradicts itself", e);
    }
  }
}
