package kith.peer;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An invitation as the inviter keeps it.
 *
 * @param secret of the code, by which its bearer proves himself, again when he repeats
 * @param usedBy who made an agreement by it
 */
record InvitationRow(
    InvitationTerms terms, byte[] secret, Instant expires, Optional<OwnerId> usedBy) {
  private static final int VERSION = 1;

  InvitationRow used(OwnerId by) {
    return new InvitationRow(terms, secret, expires, Optional.of(by));
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
    var terms =
        new InvitationTerms(
            in.text("name", AgreementSide.MAX_NAME),
            in.count("offered"),
            in.count("wanted"),
            AgreementTerms.read(in.map("terms")));
    return new InvitationRow(
        terms,
        in.exactly("secret", InvitationCode.SECRET_SIZE),
        Instant.ofEpochMilli(in.count("expires")),
        in.has("used") ? Optional.of(in.owner("used")) : Optional.empty());
  }
}
