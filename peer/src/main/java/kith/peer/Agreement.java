package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * What two partners owe each other. It holds once both have signed it; amendments carry a higher
 * generation.
 *
 * @param proposer whoever wrote it
 * @param acceptor whoever countersigned it
 * @param made when it was proposed, by the proposer's clock
 */
public record Agreement(
    AgreementId id,
    long generation,
    AgreementSide proposer,
    AgreementSide acceptor,
    AgreementTerms terms,
    Instant made) {
  static final int VERSION = 1;

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("id", id)
            .number("generation", generation)
            .map("proposer", proposer, (out, side) -> side.write(out))
            .map("acceptor", acceptor, (out, side) -> side.write(out))
            .map("terms", terms, (out, both) -> both.write(out))
            .number("made", made.toEpochMilli())
            .number("protocol", Protocol.VERSION)
            .toBytes();
    return SignedRecord.unsigned(RecordKind.AGREEMENT, VERSION, body).signedBy(node);
  }

  /**
   * Reads an agreement; the caller checks who has signed.
   *
   * @throws CorruptDataException if it is damaged or contradicts itself
   */
  static Agreement of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var agreement =
        new Agreement(
            new AgreementId(fields.exactly("id", AgreementId.SIZE)),
            fields.number("generation", 1, Long.MAX_VALUE),
            AgreementSide.read(fields.map("proposer")),
            AgreementSide.read(fields.map("acceptor")),
            AgreementTerms.read(fields.map("terms")),
            Instant.ofEpochMilli(fields.count("made")));
    if (agreement.proposer.owner().equals(agreement.acceptor.owner())) {
      throw new CorruptDataException("an agreement of an owner with himself");
    }
    return agreement;
  }

  /**
   * Reads an agreement that both have signed.
   *
   * @throws CorruptDataException if it is damaged, or a signature is missing or false
   */
  public static Agreement ofBoth(SignedRecord record) throws CorruptDataException {
    Agreement agreement = of(record);
    record.requireSigners(agreement.proposer.owner(), agreement.acceptor.owner());
    return agreement;
  }

  /** The side of {@code owner}, who is one of the two. */
  public AgreementSide sideOf(OwnerId owner) {
    if (proposer.owner().equals(owner)) {
      return proposer;
    }
    if (acceptor.owner().equals(owner)) {
      return acceptor;
    }
    throw new IllegalArgumentException("the agreement is not with " + owner);
  }

  /** The side that is not {@code owner}'s. */
  public AgreementSide otherThan(OwnerId owner) {
    return sideOf(owner).equals(proposer) ? acceptor : proposer;
  }

  /** When restores begin to be served: at once when the commitment is waived. */
  public Instant restoresFrom() {
    return terms.commitmentWaived() ? made : made.plus(terms.commitment());
  }
}
